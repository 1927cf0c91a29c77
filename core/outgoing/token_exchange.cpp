#include "core/outgoing/token_exchange.hpp"

#include <algorithm>

#include "core/oauth/scope.hpp"
#include "core/outgoing/static_strategies.hpp"
#include "core/outgoing/upstream_token.hpp"
#include "core/upstream/token_response.hpp"

namespace vmcpauth::outgoing {
namespace {

constexpr std::string_view kGrantType = "urn:ietf:params:oauth:grant-type:token-exchange";
constexpr std::string_view kAccessToken = "urn:ietf:params:oauth:token-type:access_token";
constexpr std::string_view kIdToken = "urn:ietf:params:oauth:token-type:id_token";
constexpr std::string_view kJwt = "urn:ietf:params:oauth:token-type:jwt";

std::string_view urn(config::SubjectTokenType type) {
  switch (type) {
    case config::SubjectTokenType::AccessToken: return kAccessToken;
    case config::SubjectTokenType::IdToken: return kIdToken;
    case config::SubjectTokenType::Jwt: return kJwt;
  }
  return kAccessToken;
}

// RFC 8693 §2.2.1: both types are required, and say whether the token can be presented as a bearer token.
Result<void> check_types(const upstream::TokenResponse& response) {
  const auto bad = [](std::string message) { return fail(ErrorCode::BadResponse, std::move(message)); };
  if (response.issued_token_type.empty()) return bad("the token response lacks issued_token_type (RFC 8693 §2.2.1)");
  if (response.token_type.empty()) return bad("the token response lacks token_type (RFC 8693 §2.2.1)");
  if (response.issued_token_type != kAccessToken && response.issued_token_type != kJwt) {
    return bad("the token response's issued_token_type is \"" + printable(response.issued_token_type, 80) + "\", which is not what was asked for");
  }
  const bool not_applicable = http::equals_ignoring_case(response.token_type, "N_A") && response.issued_token_type == kJwt;
  return not_applicable ? Result<void>{} : upstream::require_bearer(response);
}

// The URL is the operator's own: an in-cluster service over http is as welcome as in ToolHive.
http::PeerPolicy policy_of(const config::TokenExchange& settings) {
  return {.allow_private_addresses = settings.allow_private_ips,
          .allow_loopback = settings.allow_private_ips || settings.token_url.is_loopback(),
          .allow_http = !settings.token_url.is_https()};
}

std::unique_ptr<ClientCredentials> own_grant(const config::TokenExchange& settings, const Dependencies& dependencies) {
  if (settings.client_id.empty() || !settings.client_secret) return nullptr;
  ClientCredentialsSettings own{.token_url = settings.token_url,
                                .client_id = settings.client_id,
                                .client_secret = settings.client_secret->clone(),
                                .audience = settings.audience,
                                .scopes = settings.scopes,
                                .policy = policy_of(settings)};
  return std::make_unique<ClientCredentials>(std::move(own), dependencies.http, dependencies.clock);
}

config::TokenExchange copy_of(const config::TokenExchange& settings) {
  config::TokenExchange out{.token_url = settings.token_url,
                            .client_id = settings.client_id,
                            .audience = settings.audience,
                            .scopes = settings.scopes,
                            .subject_token_type = settings.subject_token_type,
                            .subject_provider_name = settings.subject_provider_name,
                            .external_token_header_name = settings.external_token_header_name,
                            .allow_private_ips = settings.allow_private_ips};
  if (settings.client_secret && !settings.client_secret->empty()) out.client_secret = settings.client_secret->clone();
  return out;
}

}  // namespace

Result<std::unique_ptr<TokenExchange>> TokenExchange::make(const config::TokenExchange& settings, const Dependencies& dependencies) {
  if (settings.subject_provider_name && settings.subject_provider_name->empty())
    return fail(ErrorCode::InvalidConfig, "token_exchange: subjectProviderName is empty");
  if (settings.client_secret && !settings.client_secret->empty() && settings.client_id.empty()) {
    return fail(ErrorCode::InvalidConfig, "token_exchange: a client secret without a client id");
  }
  if (settings.token_url.has_fragment()) return fail(ErrorCode::InvalidConfig, "token_exchange: tokenUrl has a fragment");
  const auto& header = settings.external_token_header_name;
  if (!header.empty() && !is_injectable(header))
    return fail(ErrorCode::InvalidConfig, "token_exchange: the token cannot be sent as \"" + printable(header, 60) + "\"");
  return std::unique_ptr<TokenExchange>(new TokenExchange(copy_of(settings), dependencies));
}

TokenExchange::TokenExchange(config::TokenExchange settings, const Dependencies& dependencies)
    : settings_(std::move(settings)),
      sign_in_hint_(dependencies.sign_in_hint),
      http_(dependencies.http),
      clock_(dependencies.clock),
      logger_(dependencies.logger),
      own_(own_grant(settings_, dependencies)) {}

Task<Result<http::Headers>> TokenExchange::apply(identity::IdentityPtr identity) {
  CO_TRY(const Secret* subject, subject_token(*identity));
  const auto key = crypto::sha256_array(subject->reveal());
  auto token = cache_.find(key, clock_.now());
  if (token == nullptr) {
    const std::string flight(key.begin(), key.end());
    auto landed = co_await flight_.run(flight, exchange(subject->clone(), key));
    if (!*landed) co_return std::unexpected(landed->error());
    token = **landed;
  }
  co_return headers_with(token->token);
}

Task<Result<http::Headers>> TokenExchange::apply_without_identity() {
  if (own_ == nullptr) co_return http::Headers();
  CO_TRY(const auto token, co_await own_->token());
  co_return headers_with(token->token);
}

http::Headers TokenExchange::headers_with(const Secret& token) const {
  http::Headers headers;
  headers.add(settings_.external_token_header_name.empty() ? "Authorization" : settings_.external_token_header_name, "Bearer " + token.reveal());
  return headers;
}

// An id_token exchange needs the provider's ID token; the incoming token is whatever the client authenticated with.
Result<const Secret*> TokenExchange::subject_token(const identity::Identity& identity) const {
  if (settings_.subject_provider_name) {
    const auto kind = settings_.subject_token_type == config::SubjectTokenType::IdToken ? TokenKind::Id : TokenKind::Access;
    return upstream_token(identity, *settings_.subject_provider_name, kind, sign_in_hint_);
  }
  if (identity.bearer.empty()) return fail(ErrorCode::Unauthenticated, "the request carries no token that could be exchanged");
  return &identity.bearer;
}

upstream::TokenRequest TokenExchange::compose(const Secret& subject_token) const {
  upstream::TokenRequest request{.peer = {"token service " + settings_.token_url.host(), "token endpoint", settings_.token_url}};
  request.form = {{"grant_type", std::string(kGrantType)},
                  {"subject_token", subject_token.reveal()},
                  {"subject_token_type", std::string(urn(settings_.subject_token_type))},
                  {"requested_token_type", std::string(kAccessToken)}};
  if (!settings_.audience.empty()) request.form.emplace_back("audience", settings_.audience);
  if (!settings_.scopes.empty()) request.form.emplace_back("scope", oauth::join_scope(settings_.scopes));
  request.secrets = {subject_token.reveal()};
  request.client.id = settings_.client_id;
  if (settings_.client_secret) {
    request.client.secret = settings_.client_secret->clone();
    request.client.method = upstream::ClientAuthentication::Basic;
    request.fallback = upstream::ClientAuthentication::Post;
  }
  request.policy = policy_of(settings_);
  return request;
}

Task<Result<ExchangedTokenPtr>> TokenExchange::exchange(Secret subject_token, crypto::Sha256 key) {
  // The flight before this one may have landed after apply() looked.
  if (auto token = cache_.find(key, clock_.now()); token != nullptr) co_return token;
  auto request = compose(subject_token);
  const auto peer = request.peer;
  CO_TRY(auto answer, co_await upstream::ask_token_endpoint(http_, std::move(request)));
  auto response = upstream::read_token_response(answer.document, nullptr, false);
  if (!response) co_return std::unexpected(upstream::with_peer(std::move(response).error(), peer));
  auto types = check_types(*response);
  if (!types) co_return std::unexpected(upstream::with_peer(std::move(types).error(), peer));
  const auto now = clock_.now();
  auto token = std::make_shared<const ExchangedToken>(ExchangedToken{std::move(response->access_token), usable_until(response->lifetime, now)});
  cache_.put(key, token, now);
  logger_.debug("token_exchanged",
                {{"provider", provider()}, {"service", settings_.token_url.host()}, {"lifetime_s", response->lifetime.value_or(Seconds(0)).count()}});
  co_return token;
}

}  // namespace vmcpauth::outgoing
