#include "core/authserver/token_endpoint.hpp"

#include "core/authserver/form_exchange.hpp"
#include "core/oauth/error.hpp"
#include "core/oauth/grant_types.hpp"

namespace vmcpauth::authserver {

TokenEndpoint::TokenEndpoint(const Context& context, ClientDirectory& clients)
    : context_(context), clients_(clients), login_grants_(context), assertion_grants_(context) {}

Task<http::Response> TokenEndpoint::handle(http::Request request) {
  auto outcome = co_await redeem(request);
  if (!outcome) {
    const auto& error = outcome.error();
    note(context_, LogLevel::Warn, {.kind = EventKind::TokenRefused, .code = oauth::oauth_code(error), .detail = error.describe()});
    co_return form_refusal(request, error);
  }
  auto touched = co_await context_.deps.store.touch_client(outcome->client_id, context_.now());
  if (!touched) context_.deps.logger.warn("client_not_renewed", {{"client_id", outcome->client_id}, {"error", touched.error().describe()}});
  co_return never_cached(http::Response::json(200, dump_json(outcome->response)));
}

Task<Result<TokenEndpoint::Outcome>> TokenEndpoint::redeem(http::Request request) {
  CO_TRY(auto form, read_form(request));
  const auto grant_type = form.get("grant_type");
  if (grant_type.empty()) co_return oauth::refuse("invalid_request", "grant_type is missing");
  const bool bearer_assertion = grant_type == oauth::kJwtBearer && assertion_grants_.jwt_bearer_enabled();
  const bool known = bearer_assertion || grant_type == oauth::kAuthorizationCode || grant_type == oauth::kRefreshToken || grant_type == oauth::kTokenExchange;
  if (!known) co_return oauth::refuse("unsupported_grant_type", "the grant type is not supported");
  CO_TRY(auto client, co_await clients_.authenticate(request, form));
  if (bearer_assertion) {
    // The assertion is the credential; a client that names itself as well must still be who it says.
    CO_TRY(auto response, co_await assertion_grants_.redeem_assertion(std::move(form)));
    co_return Outcome{std::move(response), {}};
  }
  if (!client) co_return oauth::refuse("invalid_client", "the request names no client");
  Outcome outcome{{}, client->id};
  if (grant_type == oauth::kAuthorizationCode) {
    CO_TRY(outcome.response, co_await login_grants_.redeem_code(std::move(form), *std::move(client)));
  } else if (grant_type == oauth::kRefreshToken) {
    CO_TRY(outcome.response, co_await login_grants_.refresh(std::move(form), *std::move(client)));
  } else {
    CO_TRY(outcome.response, co_await assertion_grants_.exchange(std::move(form), *std::move(client)));
  }
  co_return outcome;
}

}  // namespace vmcpauth::authserver
