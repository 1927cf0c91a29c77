// The framing of one HTTP/1 message body (RFC 9112 §6, §7): none, a length, chunks, or until the connection closes.
// Chunk extensions and trailers are bounded and dropped; everything lenient is refused. Used for both directions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/base/error.hpp"

namespace vmcpauth::proxy {

class BodyDecoder {
 public:
  enum class Kind : std::uint8_t { None, Length, Chunked, UntilClose };

  [[nodiscard]] static BodyDecoder none() noexcept { return BodyDecoder(Kind::None, 0); }
  [[nodiscard]] static BodyDecoder length(std::uint64_t bytes) noexcept { return BodyDecoder(Kind::Length, bytes); }
  [[nodiscard]] static BodyDecoder chunked() noexcept { return BodyDecoder(Kind::Chunked, 0); }
  [[nodiscard]] static BodyDecoder until_close() noexcept { return BodyDecoder(Kind::UntilClose, 0); }

  struct Step {
    std::string_view data;     // content, inside the given buffer
    std::size_t consumed = 0;  // framing and content
  };
  // Takes what belongs to this body from the buffer; chunk data is moved together in place. InvalidInput for broken framing.
  [[nodiscard]] Result<Step> decode(char* buffer, std::size_t size);

  [[nodiscard]] Kind kind() const noexcept { return kind_; }
  [[nodiscard]] bool done() const noexcept { return done_; }
  // The length a Length body announced.
  [[nodiscard]] std::uint64_t announced() const noexcept { return announced_; }

 private:
  enum class State : std::uint8_t { Size, Extension, SizeLf, Data, DataCr, DataLf, TrailerStart, Trailer, TrailerLf, EndLf };

  BodyDecoder(Kind kind, std::uint64_t bytes) noexcept
      : kind_(kind), done_(kind == Kind::None || (kind == Kind::Length && bytes == 0)), announced_(bytes), left_(bytes) {}

  [[nodiscard]] Result<Step> decode_chunks(char* buffer, std::size_t size);
  [[nodiscard]] Result<void> take_framing(char c);
  [[nodiscard]] Result<void> take_size(char c);
  [[nodiscard]] Result<void> take_trailer(char c);

  Kind kind_;
  State state_ = State::Size;
  bool done_;
  std::uint8_t digits_ = 0;
  std::uint32_t extension_bytes_ = 0;  // of the whole body
  std::uint32_t trailer_bytes_ = 0;
  std::uint64_t announced_;
  std::uint64_t left_;  // of the body or the chunk
};

}  // namespace vmcpauth::proxy
