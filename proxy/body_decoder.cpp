#include "proxy/body_decoder.hpp"

#include <algorithm>
#include <cstring>

namespace vmcpauth::proxy {
namespace {

constexpr std::uint32_t kMaxExtensionBytes = 16U << 10U;
constexpr std::uint32_t kMaxTrailerBytes = 8U << 10U;
constexpr std::uint8_t kMaxSizeDigits = 15;  // 2^60 bytes

int hex_value(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_control(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && byte != '\t') || byte == 0x7F;
}

std::unexpected<Error> broken(const char* what) { return fail(ErrorCode::InvalidInput, std::string("chunked body: ") + what); }

}  // namespace

Result<BodyDecoder::Step> BodyDecoder::decode(char* buffer, std::size_t size) {
  if (done_) return Step{};
  switch (kind_) {
    case Kind::None: return Step{};
    case Kind::UntilClose: return Step{{buffer, size}, size};
    case Kind::Length: {
      const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(left_, size));
      left_ -= n;
      done_ = left_ == 0;
      return Step{{buffer, n}, n};
    }
    case Kind::Chunked: return decode_chunks(buffer, size);
  }
  return Step{};
}

Result<BodyDecoder::Step> BodyDecoder::decode_chunks(char* buffer, std::size_t size) {
  std::size_t at = 0;
  char* out = nullptr;  // content gathers at the first content byte
  std::size_t length = 0;
  while (at < size && !done_) {
    if (state_ != State::Data) {
      TRY_VOID(take_framing(buffer[at++]));
      continue;
    }
    const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(left_, size - at));
    if (out == nullptr) {
      out = buffer + at;
    } else {
      std::memmove(out + length, buffer + at, n);
    }
    length += n;
    at += n;
    left_ -= n;
    if (left_ == 0) state_ = State::DataCr;
  }
  return Step{{out == nullptr ? buffer : out, length}, at};
}

Result<void> BodyDecoder::take_framing(char c) {
  switch (state_) {
    case State::Size: return take_size(c);
    case State::Extension:
      if (c == '\r') {
        state_ = State::SizeLf;
      } else if (is_control(c)) {
        return broken("a control character in an extension");
      } else if (++extension_bytes_ > kMaxExtensionBytes) {
        return broken("extensions too large");
      }
      return {};
    case State::SizeLf:
      if (c != '\n') return broken("CR without LF after a size");
      state_ = left_ == 0 ? State::TrailerStart : State::Data;
      return {};
    case State::DataCr:
      if (c != '\r') return broken("a chunk is longer than its size");
      state_ = State::DataLf;
      return {};
    case State::DataLf:
      if (c != '\n') return broken("CR without LF after a chunk");
      state_ = State::Size;
      digits_ = 0;
      return {};
    default: return take_trailer(c);
  }
}

Result<void> BodyDecoder::take_size(char c) {
  if (const int value = hex_value(c); value >= 0) {
    if (++digits_ > kMaxSizeDigits) return broken("a size too large");
    left_ = left_ * 16 + static_cast<std::uint64_t>(value);
    return {};
  }
  if (digits_ == 0) return broken("a size without digits");
  if (c == '\r') {
    state_ = State::SizeLf;
  } else if (c == ';') {
    ++extension_bytes_;
    state_ = State::Extension;
  } else {
    return broken("a size that is no number");
  }
  return {};
}

Result<void> BodyDecoder::take_trailer(char c) {
  if (++trailer_bytes_ > kMaxTrailerBytes) return broken("trailers too large");
  switch (state_) {
    case State::TrailerStart:
      if (c == '\r') {
        state_ = State::EndLf;
      } else if (is_control(c) || c == ' ' || c == '\t' || c == ':') {
        return broken("a malformed trailer");
      } else {
        state_ = State::Trailer;
      }
      return {};
    case State::Trailer:
      if (c == '\r') {
        state_ = State::TrailerLf;
      } else if (is_control(c)) {
        return broken("a control character in a trailer");
      }
      return {};
    case State::TrailerLf:
      if (c != '\n') return broken("CR without LF in a trailer");
      state_ = State::TrailerStart;
      return {};
    default:
      if (c != '\n') return broken("CR without LF at the end");
      done_ = true;
      return {};
  }
}

}  // namespace vmcpauth::proxy
