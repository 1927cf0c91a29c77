#include "core/outgoing/exchange_request.hpp"

#include "core/base/encoding.hpp"
#include "core/http/headers.hpp"
#include "core/oauth/grant_types.hpp"
#include "core/oauth/scope.hpp"

namespace vmcpauth::outgoing {

ExchangeTarget ExchangeTarget::clone() const {
  ExchangeTarget out{.token_url = token_url,
                     .client_id = client_id,
                     .client_secret = std::nullopt,
                     .audience = audience,
                     .resource = resource,
                     .scopes = scopes,
                     .subject_token_type = subject_token_type,
                     .allow_private_ips = allow_private_ips};
  if (client_secret) out.client_secret = client_secret->clone();
  return out;
}

std::string_view urn_of(config::SubjectTokenType type) noexcept {
  switch (type) {
    case config::SubjectTokenType::AccessToken: return oauth::kAccessTokenType;
    case config::SubjectTokenType::IdToken: return oauth::kIdTokenType;
    case config::SubjectTokenType::Jwt: return oauth::kJwtType;
  }
  return oauth::kAccessTokenType;
}

ExchangeTarget exchange_target(const config::TokenExchange& settings) {
  ExchangeTarget target{.token_url = settings.token_url,
                        .client_id = settings.client_id,
                        .client_secret = std::nullopt,
                        .audience = settings.audience,
                        .resource = {},
                        .scopes = settings.scopes,
                        .subject_token_type = settings.subject_token_type,
                        .allow_private_ips = settings.allow_private_ips};
  if (settings.client_secret && !settings.client_secret->empty()) target.client_secret = settings.client_secret->clone();
  return target;
}

http::PeerPolicy exchange_policy(const ExchangeTarget& target) {
  return {.allow_private_addresses = target.allow_private_ips,
          .allow_loopback = target.allow_private_ips || target.token_url.is_loopback(),
          .allow_http = !target.token_url.is_https()};
}

upstream::TokenRequest exchange_request(const ExchangeTarget& target, const Secret& subject_token) {
  upstream::TokenRequest request{.peer = {"token service " + target.token_url.host(), "token endpoint", target.token_url, upstream::Asked::Exchange}};
  request.form = {{"grant_type", std::string(oauth::kTokenExchange)},
                  {"subject_token", subject_token.reveal()},
                  {"subject_token_type", std::string(urn_of(target.subject_token_type))},
                  {"requested_token_type", std::string(oauth::kAccessTokenType)}};
  if (!target.audience.empty()) request.form.emplace_back("audience", target.audience);
  if (!target.resource.empty()) request.form.emplace_back("resource", target.resource);
  if (!target.scopes.empty()) request.form.emplace_back("scope", oauth::join_scope(target.scopes));
  request.secrets = {subject_token.reveal()};
  request.client.id = target.client_id;
  if (target.client_secret) {
    request.client.secret = target.client_secret->clone();
    request.client.method = upstream::ClientAuthentication::Basic;
    request.fallback = upstream::ClientAuthentication::Post;
  }
  request.policy = exchange_policy(target);
  return request;
}

Result<void> check_exchanged(const upstream::TokenResponse& response) {
  const auto bad = [](std::string message) { return fail(ErrorCode::BadResponse, std::move(message)); };
  if (response.issued_token_type.empty()) return bad("the token response lacks issued_token_type (RFC 8693 §2.2.1)");
  if (response.token_type.empty()) return bad("the token response lacks token_type (RFC 8693 §2.2.1)");
  if (response.issued_token_type != oauth::kAccessTokenType && response.issued_token_type != oauth::kJwtType) {
    return bad("the token response's issued_token_type is \"" + printable(response.issued_token_type, 80) + "\", which is not what was asked for");
  }
  const bool not_applicable = http::equals_ignoring_case(response.token_type, "N_A") && response.issued_token_type == oauth::kJwtType;
  return not_applicable ? Result<void>{} : upstream::require_bearer(response);
}

}  // namespace vmcpauth::outgoing
