#include "core/oauth/opaque_token.hpp"

#include "core/base/encoding.hpp"

namespace vmcpauth::oauth {
namespace {

constexpr std::size_t kMinSecretBytes = 32;
constexpr std::size_t kPartChars = 43;  // base64url of 32 bytes

// Tells people and secret scanners what they found; part of what is signed, so kinds cannot be swapped.
std::string_view prefix(OpaqueKind kind) {
  switch (kind) {
    case OpaqueKind::AuthorizationCode: return "vac_";
    case OpaqueKind::RefreshToken: return "vrt_";
  }
  return "";
}

std::unexpected<Error> wrong() { return fail(ErrorCode::BadSignature, "not a token of ours"); }

}  // namespace

Result<OpaqueTokens> OpaqueTokens::with_secrets(const std::vector<Secret>& secrets) {
  if (secrets.empty()) return fail(ErrorCode::InvalidInput, "no HMAC secret");
  std::vector<crypto::HmacSha256> macs;
  for (const auto& secret : secrets) {
    if (secret.reveal().size() < kMinSecretBytes) return fail(ErrorCode::InvalidInput, "an HMAC secret is shorter than 32 bytes");
    macs.emplace_back(secret.clone());
  }
  return OpaqueTokens(std::move(macs));
}

OpaqueTokens::Minted OpaqueTokens::mint(OpaqueKind kind, Random& random) const {
  std::string token = std::string(prefix(kind)) + random.token(32);
  std::string signature = base64url_encode(macs_.front().tag(token));
  token += '.';
  token += signature;
  return {Secret(std::move(token)), std::move(signature)};
}

Result<std::string> OpaqueTokens::signature(OpaqueKind kind, std::string_view token) const {
  const auto start = prefix(kind);
  if (token.size() != start.size() + 2 * kPartChars + 1 || !token.starts_with(start)) return wrong();
  const auto signed_part = token.substr(0, start.size() + kPartChars);
  const auto signature = token.substr(signed_part.size() + 1);
  if (token[signed_part.size()] != '.') return wrong();
  const auto tag = base64url_decode(signature);
  if (!tag) return wrong();
  for (const auto& mac : macs_) {
    if (mac.verify(signed_part, *tag)) return std::string(signature);
  }
  return wrong();
}

}  // namespace vmcpauth::oauth
