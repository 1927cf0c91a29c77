#include <utility>

#include "core/base/encoding.hpp"
#include "proxy/demo/parameters.hpp"
#include "proxy/demo/provider_context.hpp"
#include "proxy/demo/token_mint.hpp"

namespace vmcpauth::proxy {
namespace {

constexpr std::string_view kTokenExchange = "urn:ietf:params:oauth:grant-type:token-exchange";

Result<Json> redeem_code(ProviderContext& context, const ProviderClient& client, const Parameters& form) {
  const Redemption redemption{.code = form.get_or_empty("code"),
                              .client_id = client.client_id,
                              .redirect_uri = form.get_or_empty("redirect_uri"),
                              .code_verifier = form.get_or_empty("code_verifier")};
  if (redemption.code.empty()) return oauth_fail("invalid_request", "code is missing");
  TRY(const auto issued, context.state.redeem(redemption, context.spec.refresh_tokens));
  return token_answer_body(context, issued);
}

Result<Json> redeem_refresh_token(ProviderContext& context, const ProviderClient& client, const Parameters& form) {
  const auto token = form.get("refresh_token");
  if (!token) return oauth_fail("invalid_request", "refresh_token is missing");
  TRY(const auto scopes, parse_scope(form.get_or_empty("scope")));
  TRY(auto issued, context.state.rotate(*token, client.client_id, scopes));
  issued.grant.nonce.clear();  // OIDC Core §12.2: a refreshed ID token need not carry it
  return token_answer_body(context, issued);
}

Result<Json> grant(ProviderContext& context, const http::Request& request) {
  TRY(const auto form, Parameters::of_form(request));
  const auto type = form.get_or_empty("grant_type");
  const bool anonymous = context.spec.anonymous_exchange && type == kTokenExchange && !form.get("client_id") && !request.headers.contains("Authorization");
  ClientPtr client;
  if (!anonymous) {
    TRY(client, authenticate_client(context, request, form));
  }
  if (type == "authorization_code") return redeem_code(context, *client, form);
  if (type == "refresh_token") return redeem_refresh_token(context, *client, form);
  if (type == kTokenExchange) return exchange_token(context, client, form);
  return type.empty() ? oauth_fail("invalid_request", "grant_type is missing") : oauth_fail("unsupported_grant_type", "the grant type is not supported");
}

http::Response form_response(int status, const Json& body) {
  FormFields fields;
  for (const auto& [name, value] : body.items()) fields.emplace_back(name, value.is_string() ? value.get<std::string>() : dump_json(value));
  auto response = json_no_store(status, form_encode(fields));
  response.headers.set("Content-Type", "application/x-www-form-urlencoded");
  return response;
}

http::Response shaped_error(const ProviderContext& context, const Error& error) {
  const TokenAnswer& answer = context.spec.token_answer;
  if (!answer.errors_with_status_200) return oauth_error_response(error);
  const Json body = {{"error", error.oauth_code().value_or("server_error")}, {"error_description", error.message()}};
  return answer.format == TokenFormat::Form ? form_response(200, body) : json_no_store(200, dump_json(body));
}

}  // namespace

http::Response answer_token(ProviderContext& context, const http::Request& request) {
  const auto body = grant(context, request);
  if (!body) return shaped_error(context, body.error());
  // Clients of token exchange (RFC 8693 §2.2.1) read JSON, whatever the provider's own habits are.
  const bool form = context.spec.token_answer.format == TokenFormat::Form && !body->contains("issued_token_type");
  return form ? form_response(200, *body) : json_no_store(200, dump_json(*body));
}

}  // namespace vmcpauth::proxy
