#include <algorithm>
#include <utility>

#include "proxy/demo/parameters.hpp"
#include "proxy/demo/provider_context.hpp"
#include "proxy/demo/token_mint.hpp"

namespace vmcpauth::proxy {
namespace {

constexpr std::string_view kAccessTokenType = "urn:ietf:params:oauth:token-type:access_token";
constexpr std::string_view kIdTokenType = "urn:ietf:params:oauth:token-type:id_token";
constexpr std::string_view kJwtType = "urn:ietf:params:oauth:token-type:jwt";

// A subject or actor token: of any trusted issuer; one of our own must still be alive.
Result<jose::VerifiedToken> verified(ProviderContext& context, const std::string& token, const std::string& type, const char* bad_type) {
  if (type != kAccessTokenType && type != kIdTokenType && type != kJwtType) return oauth_fail("invalid_request", bad_type);
  auto token_or = context.trust.verify(token, {}, context.clock.now());
  if (!token_or) return oauth_fail("invalid_request", "a token to exchange is not valid: " + token_or.error().message());
  const bool is_access_token = text_claim(token_or->header(), "typ") == "at+jwt";
  if (type == kIdTokenType && is_access_token) return oauth_fail("invalid_request", "the token is an access token, not an ID token");
  if (text_claim(token_or->claims(), "iss") != context.spec.issuer) return token_or;
  if (type == kAccessTokenType && !is_access_token) return oauth_fail("invalid_request", "the token is not an access token");
  if (!context.state.grant(text_claim(token_or->claims(), "sid"))) return oauth_fail("invalid_request", "a token to exchange has been revoked");
  return token_or;
}

Result<std::string> target_of(const ProviderClient* client, const std::string& own_audience, const Parameters& form) {
  const auto audience = form.get("audience");
  const auto resource = form.get("resource");
  if (audience && resource && *audience != *resource) return oauth_fail("invalid_target", "one target at a time, please");
  const std::string target = audience.value_or(resource.value_or(own_audience));
  if (target.size() > 2048) return oauth_fail("invalid_target", "the target is too long");
  if (client == nullptr || client->exchange_audiences.empty()) return target;
  const auto& allowed = client->exchange_audiences;
  if (std::find(allowed.begin(), allowed.end(), target) == allowed.end()) return oauth_fail("invalid_target", "the client may not ask for this target");
  return target;
}

// RFC 8693 §4.1: the newest actor outside, earlier ones nested in it; without one the chain stays as it was.
Result<Json> actor_chain(ProviderContext& context, const Json& subject, const Parameters& form) {
  Json chain = subject.contains("act") && subject.at("act").is_object() ? subject.at("act") : Json();
  const auto actor_token = form.get("actor_token");
  if (!actor_token) {
    if (form.get("actor_token_type")) return oauth_fail("invalid_request", "actor_token_type without actor_token");
    return chain;
  }
  TRY(const auto actor, verified(context, *actor_token, form.get_or_empty("actor_token_type"), "the actor_token_type is not supported"));
  Json act = {{"sub", actor.subject()}, {"iss", text_claim(actor.claims(), "iss")}};
  if (!chain.is_null()) act["act"] = std::move(chain);
  return act;
}

// What was asked for, else what the subject token has.
Result<std::vector<std::string>> exchanged_scopes(const jose::VerifiedToken& subject, const Parameters& form) {
  const auto asked = form.get("scope");
  if (!asked) return subject.scopes();
  return parse_scope(*asked);
}

}  // namespace

Result<Json> exchange_token(ProviderContext& context, const ClientPtr& client, const Parameters& form) {
  if (client != nullptr && !client->may_exchange) return oauth_fail("unauthorized_client", "the client may not exchange tokens");
  const auto wanted = form.get_or_empty("requested_token_type");
  if (!wanted.empty() && wanted != kAccessTokenType && wanted != kJwtType) return oauth_fail("invalid_request", "the requested_token_type is not supported");
  const auto subject_token = form.get("subject_token");
  if (!subject_token) return oauth_fail("invalid_request", "subject_token is missing");
  TRY(const auto subject, verified(context, *subject_token, form.get_or_empty("subject_token_type"), "the subject_token_type is not supported"));
  const Json& claims = subject.claims();
  TRY(const auto act, actor_chain(context, claims, form));
  TRY(const auto audience, target_of(client.get(), context.spec.audience, form));
  TRY(const auto scopes, exchanged_scopes(subject, form));

  const auto now = context.clock.now();
  const auto expires = std::min(now + context.spec.access_token_lifetime, subject.expires_at());
  if (expires <= now) return oauth_fail("invalid_request", "a token to exchange has expired");  // verify() allows for skew; we add no time
  Grant grant{.client_id = client == nullptr ? "" : client->client_id,
              .user = {subject.subject(), text_claim(claims, "name"), text_claim(claims, "email")},
              .scopes = scopes,
              .audience = audience,
              .auth_time = now,
              .exchanged = true};
  Json extra = {{"exchanged_from", text_claim(claims, "iss")}};
  if (!act.is_null()) extra["act"] = act;
  const auto issued = context.state.add_grant(std::move(grant), expires);
  TRY(auto token, mint_access_token(context, issued, expires, extra));
  return Json{{"access_token", std::move(token)},
              {"issued_token_type", wanted.empty() ? kAccessTokenType : std::string_view(wanted)},
              {"token_type", "Bearer"},
              {"expires_in", std::chrono::duration_cast<Seconds>(expires - now).count()},
              {"scope", join_scope(scopes)}};
}

}  // namespace vmcpauth::proxy
