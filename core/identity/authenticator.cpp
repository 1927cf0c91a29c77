#include "core/identity/authenticator.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

#include "core/jose/compact_jws.hpp"

namespace vmcpauth::identity {
namespace {

// Sixteen bytes at once: every request's token goes through here, and no compiler makes this of the plain loop.
using Lanes = unsigned char __attribute__((vector_size(16)));

Lanes strange_in(Lanes byte) noexcept {
  const Lanes folded = byte | 0x20;
  const auto letter = (folded >= 'a') & (folded <= 'z');
  const auto mark_or_digit = (byte >= '-') & (byte <= '9');  // "-./0123456789"
  const auto other = (byte == '_') | (byte == '~') | (byte == '+');
  return reinterpret_cast<Lanes>(~(letter | mark_or_digit | other));
}

bool has_only_token_characters(std::string_view text) noexcept {
  Lanes strange{}, piece;
  for (; text.size() >= sizeof piece; text.remove_prefix(sizeof piece)) {
    std::memcpy(&piece, text.data(), sizeof piece);
    strange |= strange_in(piece);
  }
  piece = Lanes{} + 'a';
  std::memcpy(&piece, text.data(), text.size());
  strange |= strange_in(piece);
  std::array<std::uint64_t, 2> any;
  std::memcpy(any.data(), &strange, sizeof strange);
  return (any[0] | any[1]) == 0;
}

// RFC 6750 §2.1: 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="
bool is_b64token(std::string_view text) noexcept {
  while (text.ends_with('=')) text.remove_suffix(1);
  return !text.empty() && has_only_token_characters(text);
}

Task<Outcome> ready(Outcome outcome) { co_return outcome; }

}  // namespace

std::expected<std::optional<Secret>, Challenge> read_bearer(const http::Headers& headers) {
  constexpr std::string_view kScheme = "Bearer";
  if (headers.count("authorization") > 1) {
    return std::unexpected(Challenge::invalid_request({ErrorCode::InvalidInput, "more than one Authorization header"}));
  }
  const auto field = headers.get("authorization");
  if (!field) return std::nullopt;
  const auto space = std::min(field->find(' '), field->size());
  if (!http::equals_ignoring_case(field->substr(0, space), kScheme)) return std::nullopt;
  auto token = field->substr(space);
  while (token.starts_with(' ')) token.remove_prefix(1);
  if (token.size() > jose::kMaxTokenSize) return std::unexpected(Challenge::refused({ErrorCode::TooLarge, "token is larger than 16 KiB"}));
  if (!is_b64token(token)) return std::unexpected(Challenge::refused({ErrorCode::InvalidInput, "token has characters no token has"}));
  return Secret(std::string(token));
}

Task<Outcome> Authenticator::authenticate(const http::Headers& headers) {
  auto bearer = read_bearer(headers);
  if (!bearer) return ready(std::unexpected(std::move(bearer).error()));
  return authenticate(*std::move(bearer));
}

AnonymousAuthenticator::AnonymousAuthenticator() {
  auto nobody = std::make_shared<Identity>();
  nobody->anonymous = true;
  nobody->expires_at = TimePoint::max();
  nobody_ = std::move(nobody);
}

Task<Outcome> AnonymousAuthenticator::authenticate(std::optional<Secret> /*bearer*/) { return ready(nobody_); }
Task<Outcome> AnonymousAuthenticator::authenticate(const http::Headers& /*headers*/) { return ready(nobody_); }

}  // namespace vmcpauth::identity
