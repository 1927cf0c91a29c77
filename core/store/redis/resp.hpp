// RESP2, Redis' wire protocol, through hiredis' formatter and reader: commands to bytes, bytes to replies. Called by the
// transport in proxy/redis; the bytes come from a server that may be hostile, so everything is bounded.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.hpp"

namespace vmcpauth::store::redis {

// A command and its arguments, any bytes.
using Command = std::vector<std::string>;

struct Reply {
  enum class Type : std::uint8_t { Nil, Integer, Text, Error, Array };
  Type type = Type::Nil;
  std::int64_t integer = 0;
  std::string text;          // Text and Error
  std::vector<Reply> items;  // Array

  [[nodiscard]] bool is_nil() const noexcept { return type == Type::Nil; }
  [[nodiscard]] bool is_text() const noexcept { return type == Type::Text; }
  [[nodiscard]] bool is_integer() const noexcept { return type == Type::Integer; }
  [[nodiscard]] bool is_array() const noexcept { return type == Type::Array; }
  [[nodiscard]] bool is_error() const noexcept { return type == Type::Error; }
  // An Error reply whose first word is this one ("MOVED", "READONLY", …).
  [[nodiscard]] bool is_error(std::string_view word) const noexcept;
};

// Appends the command as an array of bulk strings.
[[nodiscard]] Result<void> append_command(std::string& out, const Command& command);

class ReplyReader {
 public:
  // More than this without a complete reply is TooLarge.
  static constexpr std::size_t kMaxReplyBytes = 64U << 20U;

  ReplyReader();
  ~ReplyReader();
  ReplyReader(ReplyReader&&) noexcept;
  ReplyReader& operator=(ReplyReader&&) noexcept;

  [[nodiscard]] Result<void> feed(std::string_view bytes);
  // The next complete reply; nullopt: more bytes are needed. BadResponse ends the reader.
  [[nodiscard]] Result<std::optional<Reply>> next();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace vmcpauth::store::redis
