#include "core/authserver/subject_tokens.hpp"

#include <algorithm>

#include "core/oauth/error.hpp"

namespace vmcpauth::authserver {
namespace {

constexpr Seconds kExternalLeeway{60};
constexpr Seconds kDefaultAssertionAge{std::chrono::minutes(5)};

const std::vector<jose::Algorithm>& every_algorithm() {
  using enum jose::Algorithm;
  static const std::vector<jose::Algorithm> kAll{Rs256, Rs384, Rs512, Ps256, Ps384, Ps512, Es256, Es384, Es512, EdDsa};
  return kAll;
}

std::unexpected<Error> refused(std::string why) { return oauth::refuse("invalid_request", "subject or actor token: " + std::move(why)); }

std::string text_claim(const Json& claims, std::string_view name) {
  const auto it = claims.find(name);
  return it != claims.end() && it->is_string() ? it->get<std::string>() : std::string();
}

std::vector<std::string> audiences_of(const Json& claims) {
  std::vector<std::string> out;
  const auto it = claims.find("aud");
  if (it == claims.end()) return out;
  if (it->is_string()) out.push_back(it->get<std::string>());
  if (it->is_array()) {
    for (const auto& item : *it) {
      if (item.is_string()) out.push_back(item.get<std::string>());
    }
  }
  return out;
}

// OIDC Core §3.1.3.6, §3.3.2.11: only ID tokens carry these.
bool is_id_token(const Json& claims) { return claims.contains("at_hash") || claims.contains("c_hash"); }

// RFC 8693 §4.4. A present but malformed claim is an invalid token, not an absent one. `iss` says in whose namespace
// `sub` is; a foreign issuer must say that it means ours.
Result<std::optional<std::string>> read_may_act(const Json& claims, const std::string& own_issuer, bool issuer_required) {
  const auto it = claims.find("may_act");
  if (it == claims.end() || it->is_null()) return std::nullopt;
  if (!it->is_object()) return refused("may_act is not an object");
  const auto subject = text_claim(*it, "sub");
  if (subject.empty()) return refused("may_act names no subject");
  const bool has_issuer = it->contains("iss");
  if (issuer_required && !has_issuer) return refused("may_act names no issuer");
  if (has_issuer && text_claim(*it, "iss") != own_issuer) return refused("may_act is about another issuer's clients");
  return subject;
}

SubjectToken to_subject(const jose::VerifiedToken& token) {
  const auto& claims = token.claims();
  SubjectToken out;
  out.subject = token.subject();
  out.client_id = text_claim(claims, "client_id");
  out.name = text_claim(claims, "name");
  out.email = text_claim(claims, "email");
  out.jti = text_claim(claims, "jti");
  out.scopes = token.scopes();
  out.audiences = audiences_of(claims);
  out.expires_at = token.expires_at();
  const auto act = claims.find("act");
  if (act != claims.end()) out.act = *act;
  return out;
}

// What every proof must have beyond a good signature.
Result<void> check_common(const jose::VerifiedToken& token, TimePoint now) {
  if (token.subject().empty()) return refused("no subject");
  if (token.expires_at() <= now) return refused("expired");  // leeway or not: its rest bounds what we issue
  if (is_id_token(token.claims())) return refused("it is an ID token");
  return {};
}

Result<void> check_age(const jose::VerifiedToken& token, Seconds max_age) {
  const auto issued_at = optional_integer(token.claims(), "iat");
  if (!issued_at || !*issued_at) return oauth::refuse("invalid_grant", "the assertion has no iat");
  if (unix_seconds(token.expires_at()) - **issued_at > max_age.count()) return oauth::refuse("invalid_grant", "the assertion lives longer than allowed");
  return {};
}

}  // namespace

SubjectTokens::SubjectTokens(const Context& context) : context_(context) {
  for (const auto& configured : context.config.trusted_issuers) {
    const http::PeerPolicy peer{
        .allow_private_addresses = configured.allow_private_ips, .allow_loopback = configured.allow_private_ips, .allow_http = configured.insecure_allow_http};
    Issuer issuer{&configured, std::nullopt, nullptr, nullptr};
    // check_config has refused what does not compile; without a matcher nothing matches.
    if (!configured.actor_matcher.empty()) {
      if (auto matcher = ActorMatcher::make(configured.actor_matcher)) issuer.matcher = *std::move(matcher);
    }
    oauth::JwksSettings settings{.location = std::shared_ptr<oauth::MetadataSource>(), .peer = peer, .timing = {}};
    if (configured.jwks_url) {
      settings.location = *configured.jwks_url;
    } else {
      issuer.metadata = std::make_shared<oauth::MetadataSource>(oauth::DiscoverySettings{configured.issuer_url, oauth::DiscoveryOrder::OpenId, peer},
                                                                context.deps.http, context.deps.clock);
      settings.location = issuer.metadata;
    }
    issuer.keys = std::make_unique<oauth::JwksSource>(std::move(settings), context.deps.http, context.deps.clock);
    issuers_.emplace(configured.issuer_url, std::move(issuer));
  }
}

SubjectTokens::Issuer* SubjectTokens::issuer_of(const jose::UnverifiedToken& token) {
  const auto it = issuers_.find(text_claim(token.claims(), "iss"));
  return it == issuers_.end() ? nullptr : &it->second;
}

Task<Result<SubjectToken>> SubjectTokens::validate(std::string token) {
  auto parsed = jose::UnverifiedToken::parse(token);
  if (!parsed) co_return refused(parsed.error().message());
  if (text_claim(parsed->claims(), "iss") == context_.endpoints.issuer) co_return validate_own(token);
  Issuer* issuer = issuer_of(*parsed);
  if (issuer == nullptr) co_return refused("its issuer is not trusted");
  auto validated = co_await validate_external(*issuer, *std::move(parsed));
  co_return validated;
}

Result<SubjectToken> SubjectTokens::validate_own(std::string_view token) const {
  auto parsed = jose::UnverifiedToken::parse(token);
  if (!parsed) return refused(parsed.error().message());
  const jose::VerifyPolicy policy{every_algorithm(), context_.endpoints.issuer, context_.config.allowed_audiences, Seconds(0)};
  auto verified = jose::verify(*parsed, policy, context_.keys.public_keys(), context_.now());
  if (!verified) return refused(verified.error().describe());
  TRY_VOID(check_common(*verified, context_.now()));
  auto subject = to_subject(*verified);
  TRY(subject.may_act_sub, read_may_act(verified->claims(), context_.endpoints.issuer, false));
  return subject;
}

Task<Result<jose::VerifiedToken>> SubjectTokens::verify_external(Issuer& issuer, jose::UnverifiedToken token, jose::VerifyPolicy policy) {
  CO_TRY(auto keys, co_await issuer.keys->keys_for(token));
  co_return jose::verify(token, policy, *keys, context_.now());
}

Task<Result<SubjectToken>> SubjectTokens::validate_external(Issuer& issuer, jose::UnverifiedToken token) {
  const auto& trusted = *issuer.config;
  if (trusted.expected_audience.empty()) co_return refused("its issuer is not trusted to delegate");
  jose::VerifyPolicy policy{every_algorithm(), trusted.issuer_url, {trusted.expected_audience}, kExternalLeeway};
  auto verified = co_await verify_external(issuer, std::move(token), std::move(policy));
  if (!verified) co_return refused(verified.error().describe());
  CO_TRY_VOID(check_common(*verified, context_.now()));
  const auto& claims = verified->claims();
  if (claims.contains("may_act") && !claims.at("may_act").is_null() && !trusted.allow_may_act) co_return refused("its issuer may not use may_act");
  auto subject = to_subject(*verified);
  subject.issuer = &trusted;
  CO_TRY(subject.may_act_sub, read_may_act(claims, context_.endpoints.issuer, true));
  if (!subject.may_act_sub) {
    CO_TRY(subject.external_actor, authorize_actor(issuer, claims));
  }
  co_return subject;
}

Result<std::string> SubjectTokens::authorize_actor(const Issuer& issuer, const Json& claims) {
  const auto& trusted = *issuer.config;
  auto actor = text_claim(claims, trusted.actor_claim.empty() ? "azp" : trusted.actor_claim);
  const auto& allowed = trusted.allowed_actors;
  if (!actor.empty() && std::find(allowed.begin(), allowed.end(), actor) != allowed.end()) return actor;
  if (issuer.matcher) {
    const auto matched = issuer.matcher->matches(claims);
    if (!matched) return refused(matched.error().message());
    if (*matched) return std::string();
  }
  return refused("the actor it was issued to is not allowed");
}

Task<Result<SubjectToken>> SubjectTokens::validate_assertion(std::string token) {
  const auto invalid = [](const std::string& why) { return oauth::refuse("invalid_grant", "assertion: " + why); };
  auto parsed = jose::UnverifiedToken::parse(token);
  if (!parsed) co_return invalid(parsed.error().message());
  Issuer* issuer = issuer_of(*parsed);
  if (issuer == nullptr || !issuer->config->jwt_bearer_grant) co_return invalid("its issuer may not use this grant");
  const auto& grant = *issuer->config->jwt_bearer_grant;
  auto audiences = grant.accepted_audiences.empty() ? std::vector<std::string>{context_.endpoints.token} : grant.accepted_audiences;
  jose::VerifyPolicy policy{every_algorithm(), issuer->config->issuer_url, std::move(audiences), kExternalLeeway, {"jwt"}};
  auto verified = co_await verify_external(*issuer, *std::move(parsed), std::move(policy));
  if (!verified) co_return invalid(verified.error().describe());
  const auto common = check_common(*verified, context_.now());
  if (!common) co_return invalid(common.error().message());
  CO_TRY_VOID(check_age(*verified, grant.max_assertion_age > Seconds(0) ? grant.max_assertion_age : kDefaultAssertionAge));
  auto subject = to_subject(*verified);
  subject.issuer = issuer->config;
  co_return subject;
}

}  // namespace vmcpauth::authserver
