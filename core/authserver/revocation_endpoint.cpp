#include "core/authserver/revocation_endpoint.hpp"

#include <optional>

#include "core/authserver/form_exchange.hpp"
#include "core/jose/verifier.hpp"
#include "core/oauth/error.hpp"

namespace vmcpauth::authserver {
namespace {

// The grant behind a refresh token, whether it is current or was used before; nullopt for one that is unknown or expired.
std::optional<store::Grant> grant_of(store::RefreshRotation found) {
  if (auto* current = std::get_if<store::RefreshToken>(&found)) return std::move(current->grant);
  if (auto* reused = std::get_if<store::RefreshReused>(&found)) return std::move(reused->grant);
  return std::nullopt;
}

}  // namespace

Task<http::Response> RevocationEndpoint::handle(http::Request request) {
  auto revoked = co_await revoke(request);
  if (revoked) co_return never_cached(http::Response{200, {}, {}});
  const auto& error = revoked.error();
  note(context_, LogLevel::Warn, {.kind = EventKind::RevocationRefused, .code = oauth::oauth_code(error), .detail = error.describe()});
  co_return form_refusal(request, error);
}

Task<Result<void>> RevocationEndpoint::revoke(http::Request request) {
  CO_TRY(auto form, read_form(request));
  CO_TRY(auto client, co_await clients_.authenticate(request, form));
  if (!client) co_return oauth::refuse("invalid_client", "the request names no client");
  const auto token = form.get("token");
  if (token.empty()) co_return oauth::refuse("invalid_request", "token is missing");
  // RFC 7009 §2.2.1. Resource servers check our access tokens without asking; the hint is only a hint and is not looked at.
  if (jose::UnverifiedToken::parse(token)) {
    co_return oauth::refuse("unsupported_token_type", "an access token lives until it expires; revoke the refresh token");
  }
  auto signature = context_.opaque.signature(oauth::OpaqueKind::RefreshToken, token);
  if (!signature) co_return Result<void>{};
  CO_TRY(auto found, co_await context_.deps.store.find_refresh(*signature, context_.now()));
  auto grant = grant_of(std::move(found));
  if (!grant) co_return Result<void>{};
  if (grant->client_id != client->id) co_return oauth::refuse("invalid_grant", "the refresh token was issued to another client");
  const auto login = login_id(grant->session_id);
  CO_TRY_VOID(co_await context_.deps.store.revoke_grant(*std::move(grant), context_.now()));
  note(context_, LogLevel::Info, {.login = login, .kind = EventKind::GrantRevoked, .client_id = client->id, .detail = "the client asked for it"});
  co_return Result<void>{};
}

}  // namespace vmcpauth::authserver
