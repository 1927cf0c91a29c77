// A string that cannot be printed, copied or compared by accident. Tokens, client secrets, keys and PKCE
// verifiers live in it; reveal() is the only exit. Memory is cleansed when the value dies or moves away.
#pragma once

#include <string>
#include <string_view>

#include <fmt/core.h>

namespace vmcpauth {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) noexcept : value_(std::move(value)) {}
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  ~Secret();

  // The value itself, for the wire or a key derivation; never for a log, a message or a page.
  [[nodiscard]] const std::string& reveal() const noexcept { return value_; }
  [[nodiscard]] bool empty() const noexcept { return value_.empty(); }
  // An explicit second copy.
  [[nodiscard]] Secret clone() const { return Secret(value_); }
  // Constant time in the content (not in the length).
  [[nodiscard]] bool equals(std::string_view other) const noexcept;

 private:
  void cleanse() noexcept;
  std::string value_;
};

// Constant time in the content; lengths may be learnt.
[[nodiscard]] bool constant_time_equal(std::string_view a, std::string_view b) noexcept;

}  // namespace vmcpauth

template <>
struct fmt::formatter<vmcpauth::Secret> {
  formatter() = delete;
  formatter(const formatter&) = delete;
};
static_assert(!fmt::is_formattable<vmcpauth::Secret>::value, "a Secret must not be formattable");
