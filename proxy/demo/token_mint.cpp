#include "proxy/demo/token_mint.hpp"

#include <utility>

#include "core/base/encoding.hpp"
#include "core/crypto/digest.hpp"
#include "proxy/demo/parameters.hpp"
#include "proxy/demo/token_answer.hpp"

namespace vmcpauth::proxy {
namespace {

// OIDC Core §3.1.3.6 for ES256: the left half of SHA-256.
std::string at_hash(std::string_view access_token) { return base64url_encode(crypto::sha256(access_token).substr(0, 16)); }

Json user_claims(const DemoUser& user) { return {{"sub", user.subject}, {"name", user.name}, {"email", user.email}, {"email_verified", true}}; }

Result<std::string> mint_id_token(ProviderContext& context, const IssuedGrant& issued, std::string_view access_token, const Json& extra) {
  const auto now = context.clock.now();
  const Grant& grant = issued.grant;
  Json claims = user_claims(grant.user);
  claims["iss"] = context.spec.issuer;
  claims["aud"] = grant.client_id;
  claims["iat"] = unix_seconds(now);
  claims["exp"] = unix_seconds(now + context.spec.access_token_lifetime);
  claims["auth_time"] = unix_seconds(grant.auth_time);
  claims["at_hash"] = at_hash(access_token);
  claims["sid"] = issued.id;
  if (!grant.nonce.empty()) claims["nonce"] = grant.nonce;
  if (context.spec.subject_claim != "sub") claims[context.spec.subject_claim] = grant.user.subject;
  if (extra.is_object()) claims.update(extra);
  return context.keys.sign("JWT", claims);
}

// Each value at its mapped path, or as the standard member.
Result<void> place(Json& body, const std::string& path, const char* standard, Json value) {
  return set_at_path(body, path.empty() ? standard : path, std::move(value));
}

}  // namespace

Result<std::string> mint_access_token(ProviderContext& context, const IssuedGrant& issued, TimePoint expires, const Json& extra) {
  const Grant& grant = issued.grant;
  Json claims = {{"iss", context.spec.issuer},   {"sub", grant.user.subject},
                 {"aud", grant.audience},        {"iat", unix_seconds(context.clock.now())},
                 {"exp", unix_seconds(expires)}, {"jti", context.random.token(16)},
                 {"client_id", grant.client_id}, {"scope", join_scope(grant.scopes)},
                 {"idp", context.spec.name},     {"sid", issued.id}};
  if (!grant.user.name.empty()) claims["name"] = grant.user.name;
  if (!grant.user.email.empty()) claims["email"] = grant.user.email;
  if (extra.is_object()) claims.update(extra);
  return context.keys.sign("at+jwt", claims);
}

Result<Json> token_answer_body(ProviderContext& context, const IssuedGrant& issued) {
  const TokenAnswer& answer = context.spec.token_answer;
  const auto lifetime = context.spec.access_token_lifetime;
  TRY(auto claims, claims_by_member(answer, issued.grant.user));
  const std::string member = access_token_member(answer);
  TRY(auto access_token, mint_access_token(context, issued, context.clock.now() + lifetime, claims[member]));

  Json body = {{"token_type", "Bearer"}};
  TRY_VOID(set_at_path(body, member, access_token));
  TRY_VOID(place(body, answer.expires_in_path, "expires_in", lifetime.count()));
  TRY_VOID(place(body, answer.scope_path, "scope", join_scope(issued.grant.scopes)));
  if (!issued.refresh_token.empty()) TRY_VOID(place(body, answer.refresh_token_path, "refresh_token", issued.refresh_token));
  if (context.spec.kind == ProviderKind::Oidc && has_scope(issued.grant.scopes, "openid")) claims.try_emplace("id_token");
  claims.erase(member);
  for (const auto& [path, extra] : claims) {
    TRY(auto id_token, mint_id_token(context, issued, access_token, extra));
    TRY_VOID(set_at_path(body, path, std::move(id_token)));
  }
  TRY_VOID(add_identity_members(body, answer, issued.grant.user));
  return body;
}

std::optional<OwnToken> own_access_token(ProviderContext& context, std::string_view token) {
  auto verified = context.trust.verify(token, {}, context.clock.now());
  if (!verified) return std::nullopt;
  const Json& claims = verified->claims();
  // Access tokens only: an ID token is signed by the same key.
  if (text_claim(claims, "iss") != context.spec.issuer || text_claim(verified->header(), "typ") != "at+jwt") return std::nullopt;
  const std::string sid = text_claim(claims, "sid");
  auto grant = context.state.grant(sid);
  if (!grant) return std::nullopt;
  return OwnToken{*std::move(verified), sid, *std::move(grant)};
}

}  // namespace vmcpauth::proxy
