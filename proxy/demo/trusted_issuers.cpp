#include "proxy/demo/trusted_issuers.hpp"

#include <utility>
#include <vector>

namespace vmcpauth::proxy {
namespace {

// VerifyPolicy always wants an audience; "any" means one the token itself names.
std::vector<std::string> audiences_of(const Json& claims) {
  const auto aud = claims.find("aud");
  if (aud == claims.end()) return {};
  if (aud->is_string()) return {aud->get<std::string>()};
  std::vector<std::string> out;
  if (aud->is_array()) {
    for (const auto& item : *aud) {
      if (item.is_string()) out.push_back(item.get<std::string>());
    }
  }
  return out;
}

}  // namespace

std::string text_claim(const Json& claims, std::string_view name) {
  auto value = optional_string(claims, name);
  return value && *value ? **std::move(value) : std::string();
}

void TrustedIssuers::add(std::string issuer, std::string name, Keys keys) {
  issuers_.with([&](auto& issuers) { issuers.insert_or_assign(std::move(issuer), Issuer{std::move(name), std::move(keys)}); });
}

std::optional<TrustedIssuers::Issuer> TrustedIssuers::find(std::string_view issuer) const {
  return issuers_.with([&](const auto& issuers) -> std::optional<Issuer> {
    const auto it = issuers.find(issuer);
    if (it == issuers.end()) return std::nullopt;
    return it->second;
  });
}

Result<jose::VerifiedToken> TrustedIssuers::verify(std::string_view token, std::string_view audience, TimePoint now) const {
  TRY(const auto unverified, jose::UnverifiedToken::parse(token));
  TRY(const auto issuer, required_string(unverified.claims(), "iss"));
  const auto known = find(issuer);
  if (!known) return fail(ErrorCode::NotFound, "the issuer of the token is not known here");
  auto audiences = audience.empty() ? audiences_of(unverified.claims()) : std::vector{std::string(audience)};
  if (audiences.empty()) return fail(ErrorCode::Unauthenticated, "the token has no audience");
  const jose::VerifyPolicy policy{
      .algorithms = {jose::Algorithm::Es256, jose::Algorithm::Es384, jose::Algorithm::Es512, jose::Algorithm::Rs256, jose::Algorithm::EdDsa},
      .issuer = issuer,
      .audiences = std::move(audiences)};
  return jose::verify(unverified, policy, known->keys(), now);
}

}  // namespace vmcpauth::proxy
