#include "core/authserver/assertion_grants.hpp"

#include <algorithm>

#include "core/authserver/client_directory.hpp"
#include "core/base/encoding.hpp"
#include "core/base/text.hpp"
#include "core/crypto/digest.hpp"
#include "core/oauth/error.hpp"
#include "core/oauth/grant_types.hpp"
#include "core/oauth/resource.hpp"
#include "core/oauth/scope.hpp"
#include "core/store/once_key.hpp"

namespace vmcpauth::authserver {
namespace {

std::unexpected<Error> bad_assertion(std::string message) { return oauth::refuse("invalid_request", std::move(message)); }

// An ID token's claims mean other things than an access token's; without a profile of its own it is not taken.
bool is_accepted_type(std::string_view type) { return type == oauth::kAccessTokenType || type == oauth::kJwtType; }

Result<void> check_token_types(const oauth::Parameters& form) {
  if (!form.has("subject_token")) return bad_assertion("subject_token is missing");
  if (!form.has("subject_token_type")) return bad_assertion("subject_token_type is missing");
  if (!is_accepted_type(form.get("subject_token_type"))) return bad_assertion("subject_token_type must be access_token or jwt");
  if (form.has("actor_token") != form.has("actor_token_type")) return bad_assertion("actor_token and actor_token_type come together or not at all");
  if (form.has("actor_token_type") && !is_accepted_type(form.get("actor_token_type"))) return bad_assertion("actor_token_type must be access_token or jwt");
  const auto requested = form.get("requested_token_type");
  if (!requested.empty() && requested != oauth::kAccessTokenType) return bad_assertion("the only requested_token_type is access_token");
  return {};
}

// That a token is good says that it may be used here, not that this client may act for its subject. Only delegate clients
// of the configuration come this far; they may act for any user of ours unless the token itself names somebody else.
Result<void> check_consent(const SubjectToken& subject, const std::string& client_id, const std::string& actor) {
  const auto invalid = [](std::string why) { return oauth::refuse("invalid_grant", std::move(why)); };
  if (subject.may_act_sub && *subject.may_act_sub != actor) return invalid("the subject token lets somebody else act");
  if (subject.issuer != nullptr) {
    const auto& allowed = subject.issuer->allowed_delegate_clients;
    if (!contains(allowed, client_id) && !contains(allowed, "*")) return invalid("the client may not exchange this issuer's tokens");
  } else if (!subject.may_act_sub && subject.client_id.empty()) {
    return invalid("the subject token is bound to no client");
  }
  return {};
}

Result<std::vector<std::string>> scopes_for(const oauth::Parameters& form, const store::Client& client, const SubjectToken& subject) {
  auto scopes = oauth::parse_scope(form.get("scope"));
  if (!scopes) return oauth::refuse("invalid_scope", scopes.error().message());
  if (const auto* missing = oauth::first_missing(*scopes, client.scopes))
    return oauth::refuse("invalid_scope", "the client may not ask for the scope " + *missing);
  if (const auto* missing = oauth::first_missing(*scopes, subject.scopes))
    return oauth::refuse("invalid_scope", "the subject token does not hold the scope " + *missing);
  return scopes;
}

// Seconds left, rounded down so that nothing outlives what it came from.
Seconds remaining(TimePoint expires_at, TimePoint now) { return std::chrono::floor<Seconds>(expires_at - now); }

}  // namespace

bool AssertionGrants::jwt_bearer_enabled() const noexcept {
  const auto& issuers = context_.config.trusted_issuers;
  return std::any_of(issuers.begin(), issuers.end(), [](const auto& issuer) { return issuer.jwt_bearer_grant.has_value(); });
}

Task<Result<Json>> AssertionGrants::exchange(oauth::Parameters form, store::Client client) {
  if (!client.secret_hash || !may_use(client, oauth::kTokenExchange)) co_return oauth::refuse("unauthorized_client", "the client may not exchange tokens");
  CO_TRY_VOID(check_token_types(form));
  CO_TRY(auto subject, co_await tokens_.validate(form.get("subject_token")));
  CO_TRY(auto actor, actor_of(form, client));
  CO_TRY_VOID(check_consent(subject, client.id, actor));
  AccessTokenClaims claims;
  CO_TRY(claims.scopes, scopes_for(form, client, subject));
  CO_TRY(claims.audiences, audiences_for(form, client, subject));
  CO_TRY(claims.act, make_act_claim(subject, context_.endpoints.issuer, actor));
  // A foreign subject could be chosen to equal one of ours; "#" cannot be in ours (UUIDs).
  claims.subject = subject.issuer == nullptr ? subject.subject : subject.issuer->issuer_url + "#" + subject.subject;
  claims.client_id = client.id;
  claims.name = subject.name;
  claims.email = subject.email;
  claims.lifetime = std::min(remaining(subject.expires_at, context_.now()), context_.config.delegation_token_lifespan);
  if (claims.lifetime <= Seconds(0)) co_return oauth::refuse("invalid_grant", "the subject token has expired");
  CO_TRY(auto response, issue_access_token(context_, claims));
  response["issued_token_type"] = oauth::kAccessTokenType;
  note(context_, LogLevel::Info, {.kind = EventKind::TokenExchanged, .client_id = client.id, .detail = "actor " + actor + " for " + claims.subject});
  co_return response;
}

Result<std::string> AssertionGrants::actor_of(const oauth::Parameters& form, const store::Client& client) const {
  if (!form.has("actor_token")) return client.id;
  TRY(auto actor, tokens_.validate_own(form.get("actor_token")));
  if (actor.client_id != client.id) return bad_assertion("the actor token was issued to another client");
  return actor.subject;
}

Result<std::vector<std::string>> AssertionGrants::audiences_for(const oauth::Parameters& form, const store::Client& client, const SubjectToken& subject) const {
  const auto target = [](std::string why) { return oauth::refuse("invalid_target", std::move(why)); };
  std::vector<std::string> audiences;
  for (const auto& audience : form.all("audience")) {
    if (!audience.empty() && !contains(audiences, audience)) audiences.push_back(audience);
  }
  TRY(auto resource, oauth::requested_resource(form.all("resource"), context_.config.allowed_audiences));
  if (resource && !contains(audiences, *resource)) audiences.push_back(*resource);
  if (audiences.empty()) {
    if (context_.config.allowed_audiences.size() != 1) return bad_assertion("resource or audience is required: there is no single default");
    audiences = context_.config.allowed_audiences;
  }
  for (const auto& audience : audiences) {
    if (!contains(client.audiences, audience)) return target("the client may not ask for this audience");
    if (!contains(context_.config.allowed_audiences, audience)) return target("audience is not one of the allowed audiences");
    if (!contains(subject.audiences, audience)) return target("the subject token is not for this audience");
  }
  return audiences;
}

Task<Result<Json>> AssertionGrants::redeem_assertion(oauth::Parameters form) {
  if (!form.has("assertion")) co_return bad_assertion("assertion is missing");
  if (form.all("resource").size() != 1 || form.get("resource").empty()) co_return bad_assertion("exactly one resource is required");
  CO_TRY(auto resource, oauth::requested_resource(form.all("resource"), context_.config.allowed_audiences));
  const auto assertion = form.get("assertion");
  CO_TRY(auto subject, co_await tokens_.validate_assertion(assertion));
  const auto& bindings = subject.issuer->jwt_bearer_grant->subject_bindings;
  const auto binding = std::find_if(bindings.begin(), bindings.end(), [&](const auto& b) { return b.subject == subject.subject; });
  if (binding == bindings.end()) co_return oauth::refuse("invalid_grant", "the assertion's subject may not use this grant");
  if (!contains(binding->allowed_resources, *resource)) co_return oauth::refuse("invalid_target", "the assertion's subject may not have this resource");
  // Used up before anything is issued; assertions without a jti are known by their bytes.
  const auto id = subject.jti.empty() ? "jwt-bearer-noJTI-" + base64url_encode(crypto::sha256(assertion)) : subject.jti;
  const auto key = store::once_key({"jwt-bearer", subject.issuer->issuer_url, id});
  CO_TRY(const bool fresh, co_await context_.deps.store.remember_once(key, subject.expires_at, context_.now()));
  if (!fresh) co_return oauth::refuse("invalid_grant", "the assertion was used before");
  AccessTokenClaims claims;
  claims.subject = subject.issuer->issuer_url + "#" + subject.subject;
  claims.client_id = "synthetic:jwt-bearer-" + base64url_encode(crypto::sha256(subject.issuer->issuer_url + std::string(1, '\0') + subject.subject));
  claims.audiences = {*resource};
  claims.lifetime = std::min(remaining(subject.expires_at, context_.now()), context_.config.lifespans.access_token);
  if (claims.lifetime <= Seconds(0)) co_return oauth::refuse("invalid_grant", "the assertion has expired");
  CO_TRY(auto response, issue_access_token(context_, claims));
  note(context_, LogLevel::Info, {.kind = EventKind::TokenIssued, .client_id = claims.client_id, .detail = "assertion of " + claims.subject});
  co_return response;
}

}  // namespace vmcpauth::authserver
