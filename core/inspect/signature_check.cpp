#include "core/inspect/signature_check.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/encoding.hpp"
#include "core/inspect/claim_values.hpp"
#include "core/jose/compact_jws.hpp"

namespace vmcpauth::inspect {
namespace {

const std::vector<jose::Algorithm>& all_algorithms() {
  using enum jose::Algorithm;
  static const std::vector<jose::Algorithm> all{Rs256, Rs384, Rs512, Ps256, Ps384, Ps512, Es256, Es384, Es512, EdDsa};
  return all;
}

bool fits_one(const Json& header, const jose::JwkSet& keys) {
  const auto algorithm = jose::parse_algorithm(text_claim(header, "alg"));
  const auto kid = text_claim(header, "kid");
  return algorithm &&
         std::ranges::any_of(keys.keys(), [&](const jose::Jwk& key) { return key.may_verify(*algorithm) && (!header.contains("kid") || key.kid() == kid); });
}

std::string key_ids(const jose::JwkSet& keys) {
  std::vector<std::string> names;
  for (const auto& key : keys.keys()) {
    if (names.size() == 8) break;
    names.push_back(key.kid() ? printable(*key.kid(), 60) : "(without kid)");
  }
  if (names.empty()) return "the set holds no usable key";
  return fmt::format("the set holds {}{}", fmt::join(names, ", "), keys.keys().size() > names.size() ? ", …" : "");
}

}  // namespace

std::string_view to_string(SignatureState state) noexcept {
  switch (state) {
    case SignatureState::NotChecked: return "not-checked";
    case SignatureState::Valid: return "valid";
    case SignatureState::Invalid: return "invalid";
    case SignatureState::NoKey: return "no-key";
    case SignatureState::KeysFailed: return "keys-failed";
  }
  return "not-checked";
}

SignatureCheck check_signature(const DecodedToken& token, const jose::JwkSet& keys, std::string keys_from) {
  SignatureCheck check{.keys_from = std::move(keys_from)};
  if (token.form != TokenForm::Jws) {
    check.detail = token.form == TokenForm::Jwe ? "an encrypted token has no signature that could be checked" : "an opaque token has no signature";
    return check;
  }
  const auto jws = jose::CompactJws::parse(token.token.reveal());
  if (!jws) {
    check.state = SignatureState::Invalid;
    check.detail = jws.error().describe();
    return check;
  }
  const auto verified = jose::verify_signature(jws->header, jws->signing_input, jws->signature, all_algorithms(), keys);
  if (verified) {
    check.state = SignatureState::Valid;
    return check;
  }
  const bool has_key = fits_one(token.header, keys);
  const bool known = jose::parse_algorithm(text_claim(token.header, "alg")).has_value();
  check.state = known && !has_key ? SignatureState::NoKey : SignatureState::Invalid;
  check.detail = has_key || !known ? verified.error().describe() : verified.error().describe() + "; " + key_ids(keys);
  return check;
}

}  // namespace vmcpauth::inspect
