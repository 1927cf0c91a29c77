#include "core/jose/compact_jws.hpp"

#include <algorithm>

#include "core/base/encoding.hpp"
#include "core/jose/public_key.hpp"

namespace vmcpauth::jose {
namespace {

constexpr int kMaxHeaderDepth = 16;

Result<void> check_header(const Json& header) {
  // Nothing critical is understood here, so whatever `crit` lists must be refused (RFC 7515 §4.1.11); null is not a list either.
  if (header.contains("crit")) return fail(ErrorCode::Unsupported, "token header has critical extensions");
  if (const auto b64 = header.find("b64"); b64 != header.end() && *b64 != true) return fail(ErrorCode::Unsupported, "token payload is not base64url-encoded");
  if (header.contains("enc")) return fail(ErrorCode::Unsupported, "token is encrypted");
  for (const auto* name : {"alg", "kid", "typ"}) {
    const auto member = header.find(name);
    if (member != header.end() && !member->is_string())
      return fail(ErrorCode::InvalidInput, std::string("token header member \"") + name + "\" is not a string");
  }
  if (!header.contains("alg")) return fail(ErrorCode::InvalidInput, "token header has no \"alg\"");
  const auto kid = header.find("kid");
  if (kid != header.end() && kid->get_ref<const std::string&>().size() > kMaxKidSize) return fail(ErrorCode::InvalidInput, "token header's kid is too long");
  return {};
}

const std::string* string_member(const Json& header, const char* name) {
  const auto member = header.find(name);
  return member == header.end() ? nullptr : member->get_ptr<const std::string*>();
}

}  // namespace

Result<CompactJws> CompactJws::parse(std::string_view compact) {
  if (compact.size() > kMaxTokenSize) return fail(ErrorCode::TooLarge, "token is larger than 16 KiB");
  const auto dots = std::ranges::count(compact, '.');
  if (dots == 4) return fail(ErrorCode::Unsupported, "token is encrypted");
  if (dots != 2) return fail(ErrorCode::InvalidInput, "token does not have three parts");
  const auto first = compact.find('.');
  const auto second = compact.find('.', first + 1);
  CompactJws jws;
  TRY(auto header_text, base64url_decode(compact.substr(0, first)));
  TRY(jws.header, parse_json_object(header_text, {.max_bytes = kMaxTokenSize, .max_depth = kMaxHeaderDepth}));
  TRY_VOID(check_header(jws.header));
  TRY(jws.payload, base64url_decode(compact.substr(first + 1, second - first - 1)));
  TRY(jws.signature, base64url_decode(compact.substr(second + 1)));
  if (jws.signature.empty()) return fail(ErrorCode::InvalidInput, "token has no signature");
  jws.signing_input = compact.substr(0, second);
  return jws;
}

Result<void> verify_signature(const Json& header, std::string_view signing_input, std::string_view signature, const std::vector<Algorithm>& allowed,
                              const JwkSet& keys) {
  const auto* alg = string_member(header, "alg");
  const auto algorithm = alg == nullptr ? std::nullopt : parse_algorithm(*alg);
  if (!algorithm || std::ranges::find(allowed, *algorithm) == allowed.end()) {
    return std::unexpected(Error(ErrorCode::Unauthenticated, "token is signed with an algorithm that is not allowed")
                               .note("alg is \"" + printable(alg == nullptr ? "" : *alg, 40) + "\""));
  }
  const auto* kid = string_member(header, "kid");
  std::size_t tried = 0;
  for (const auto& jwk : keys.keys()) {
    if ((kid != nullptr && jwk.kid() != *kid) || !jwk.may_verify(*algorithm)) continue;
    if (jwk.key().key().verify(scheme_of(*algorithm), signing_input, signature)) return {};
    if (++tried == kMaxKeysTried) break;
  }
  Error error(ErrorCode::BadSignature, "token signature does not verify");
  if (tried > 0) return std::unexpected(std::move(error).note(std::to_string(tried) + " fitting key(s) tried"));
  return std::unexpected(
      std::move(error).note(kid == nullptr ? "no key of the issuer fits " + std::string(to_string(*algorithm))
                                           : "the issuer has no " + std::string(to_string(*algorithm)) + " key with kid \"" + printable(*kid, 80) + "\""));
}

}  // namespace vmcpauth::jose
