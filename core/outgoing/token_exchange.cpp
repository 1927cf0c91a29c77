#include "core/outgoing/token_exchange.hpp"

#include <algorithm>

#include "core/outgoing/exchange_request.hpp"
#include "core/outgoing/static_strategies.hpp"
#include "core/outgoing/upstream_token.hpp"
#include "core/upstream/token_response.hpp"

namespace vmcpauth::outgoing {
namespace {

std::unique_ptr<ClientCredentials> own_grant(const config::TokenExchange& settings, const Dependencies& dependencies) {
  if (settings.client_id.empty() || !settings.client_secret) return nullptr;
  return std::make_unique<ClientCredentials>(exchange_target(settings), dependencies.http, dependencies.clock);
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

Task<Result<ExchangedTokenPtr>> TokenExchange::exchange(Secret subject_token, crypto::Sha256 key) {
  // The flight before this one may have landed after apply() looked.
  if (auto token = cache_.find(key, clock_.now()); token != nullptr) co_return token;
  auto request = exchange_request(exchange_target(settings_), subject_token);
  const auto peer = request.peer;
  CO_TRY(auto answer, co_await upstream::ask_token_endpoint(http_, std::move(request)));
  auto response = upstream::read_token_response(answer.document, nullptr, false);
  if (!response) co_return std::unexpected(upstream::with_peer(std::move(response).error(), peer));
  auto types = check_exchanged(*response);
  if (!types) co_return std::unexpected(upstream::with_peer(std::move(types).error(), peer));
  const auto now = clock_.now();
  auto token = std::make_shared<const ExchangedToken>(ExchangedToken{std::move(response->access_token), usable_until(response->lifetime, now)});
  cache_.put(key, token, now);
  logger_.debug("token_exchanged",
                {{"provider", provider()}, {"service", settings_.token_url.host()}, {"lifetime_s", response->lifetime.value_or(Seconds(0)).count()}});
  co_return token;
}

}  // namespace vmcpauth::outgoing
