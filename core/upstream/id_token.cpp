#include "core/upstream/id_token.hpp"

#include <algorithm>

#include "core/base/encoding.hpp"
#include "core/crypto/digest.hpp"

namespace vmcpauth::upstream {
namespace {

constexpr std::size_t kMaxSubject = 512;

std::unexpected<Error> refused(const IdTokenPolicy& policy, std::string_view why) {
  return fail(ErrorCode::BadResponse, policy.who + " sent an ID token that is refused: " + std::string(why));
}

// A verifier's finding about the provider's token is the provider's bad answer, not our caller's bad credential.
std::unexpected<Error> refused(const IdTokenPolicy& policy, const Error& finding) {
  std::string why = finding.message();
  for (const auto& note : finding.notes()) why += ": " + note;
  return refused(policy, why);
}

std::optional<std::string> text(const Json& claims, const std::string& name) {
  const auto it = claims.find(name);
  if (it == claims.end() || !it->is_string()) return std::nullopt;
  return it->get<std::string>();
}

bool is_identifier(std::string_view value) {
  const bool controls = std::any_of(value.begin(), value.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
  return !value.empty() && value.size() <= kMaxSubject && !controls;
}

Result<void> check_authorized_party(const Json& claims, const IdTokenPolicy& policy) {
  const auto azp = claims.find("azp");
  const auto aud = claims.find("aud");
  const bool several = aud != claims.end() && aud->is_array() && aud->size() > 1;
  if (azp == claims.end()) {
    if (several) return refused(policy, "it has several audiences and no azp");
    return {};
  }
  if (*azp != policy.client_id) return refused(policy, "azp is another client");
  return {};
}

Result<void> check_nonce(const Json& claims, const IdTokenPolicy& policy) {
  if (!policy.nonce) return {};
  const auto nonce = text(claims, "nonce");
  if (!nonce) return refused(policy, "it has no nonce");
  if (!constant_time_equal(*nonce, *policy.nonce)) return refused(policy, "its nonce is not the one that was sent");
  return {};
}

// The hash that goes with the signature's algorithm (§3.1.3.6); Ed25519 signs with SHA-512.
std::string half_hash(jose::Algorithm algorithm, std::string_view data) {
  std::string digest;
  switch (algorithm) {
    case jose::Algorithm::Rs256:
    case jose::Algorithm::Ps256:
    case jose::Algorithm::Es256: digest = crypto::sha256(data); break;
    case jose::Algorithm::Rs384:
    case jose::Algorithm::Ps384:
    case jose::Algorithm::Es384: digest = crypto::sha384(data); break;
    case jose::Algorithm::Rs512:
    case jose::Algorithm::Ps512:
    case jose::Algorithm::Es512:
    case jose::Algorithm::EdDsa: digest = crypto::sha512(data); break;
  }
  return digest.substr(0, digest.size() / 2);
}

Result<void> check_access_token_hash(const jose::VerifiedToken& token, const IdTokenPolicy& policy, std::string_view access_token) {
  const auto claim = token.claims().find("at_hash");
  if (claim == token.claims().end()) return {};
  const auto algorithm = jose::parse_algorithm(text(token.header(), "alg").value_or(""));
  const auto hash = claim->is_string() ? base64url_decode(claim->get_ref<const std::string&>()) : Result<std::string>("");
  if (!algorithm || !hash || !constant_time_equal(*hash, half_hash(*algorithm, access_token))) {
    return refused(policy, "its at_hash does not fit the access token");
  }
  return {};
}

Result<IdTokenIdentity> read_identity(const Json& claims, const IdTokenPolicy& policy) {
  const auto sub = text(claims, "sub");
  if (!sub || !is_identifier(*sub)) return refused(policy, "it has no usable sub");
  const auto subject = text(claims, policy.subject_claim);
  if (!subject || !is_identifier(*subject)) return refused(policy, "it has no usable " + policy.subject_claim + " (subject_claim)");
  return IdTokenIdentity{*sub, *subject, text(claims, "name").value_or(""), text(claims, "email").value_or("")};
}

}  // namespace

std::vector<jose::Algorithm> id_token_algorithms(const std::vector<std::string>& supported) {
  std::vector<jose::Algorithm> out;
  for (const auto& name : supported) {
    if (const auto algorithm = jose::parse_algorithm(name)) out.push_back(*algorithm);
  }
  if (out.empty()) out.push_back(jose::Algorithm::Rs256);
  return out;
}

Result<IdTokenIdentity> check_id_token(const jose::UnverifiedToken& token, const IdTokenPolicy& policy, std::string_view access_token, const jose::JwkSet& keys,
                                       TimePoint now) {
  jose::VerifyPolicy verify_policy;
  verify_policy.algorithms = policy.algorithms;
  verify_policy.issuer = policy.issuer;
  verify_policy.audiences = {policy.client_id};
  verify_policy.types = {"jwt"};  // an access token of the same issuer (at+jwt) is no ID token
  auto verified = jose::verify(token, verify_policy, keys, now);
  if (!verified) return refused(policy, verified.error());
  const auto& claims = verified->claims();
  if (!claims.contains("iat")) return refused(policy, "it has no iat");
  TRY_VOID(check_authorized_party(claims, policy));
  TRY_VOID(check_nonce(claims, policy));
  TRY_VOID(check_access_token_hash(*verified, policy, access_token));
  return read_identity(claims, policy);
}

Task<Result<IdTokenIdentity>> verify_id_token(oauth::JwksSource& keys, IdTokenPolicy policy, Secret id_token, Secret access_token, TimePoint now) {
  auto token = jose::UnverifiedToken::parse(id_token.reveal());
  if (!token) co_return refused(policy, token.error());
  auto set = co_await keys.keys_for(*token);
  if (!set) co_return std::unexpected(std::move(set).error().note("while fetching the keys of " + policy.who));
  auto identity = check_id_token(*token, policy, access_token.reveal(), **set, now);
  co_return identity;
}

}  // namespace vmcpauth::upstream
