#include "core/authserver/login_grants.hpp"

#include <algorithm>

#include "core/authserver/client_directory.hpp"
#include "core/oauth/error.hpp"
#include "core/oauth/grant_types.hpp"
#include "core/oauth/pkce.hpp"
#include "core/oauth/resource.hpp"
#include "core/oauth/scope.hpp"

namespace vmcpauth::authserver {
namespace {

std::unexpected<Error> invalid_grant(std::string message) { return oauth::refuse("invalid_grant", std::move(message)); }

Result<std::string> required(const oauth::Parameters& form, std::string_view name) {
  const auto value = form.find(name);
  if (!value) return oauth::refuse("invalid_request", std::string(name) + " is missing");
  return std::string(*value);
}

// RFC 8707 §2.2: no more than what the authorization request asked for; without any, the one audience there is.
Result<std::string> audience_of(const std::string& authorized, const std::optional<std::string>& asked, const std::vector<std::string>& allowed) {
  if (!authorized.empty()) {
    if (asked && *asked != authorized) return oauth::refuse("invalid_target", "resource differs from the authorization request's");
    return authorized;
  }
  if (asked) return *asked;
  if (allowed.size() == 1) return allowed.front();
  return oauth::refuse("invalid_target", "resource is required: this server issues tokens for several or no audiences");
}

std::string why_not(const store::AuthorizationCode& code, const store::Client& client, const std::string& redirect_uri, const std::string& verifier) {
  if (code.grant.client_id != client.id) return "the code was issued to another client";
  if (code.redirect_uri != redirect_uri) return "redirect_uri differs from the authorization request's";
  if (!oauth::verifies(code.code_challenge, verifier)) return "code_verifier does not fit the code_challenge";
  return {};
}

}  // namespace

Task<Result<Json>> LoginGrants::redeem_code(oauth::Parameters form, store::Client client) {
  if (!may_use(client, oauth::kAuthorizationCode)) co_return oauth::refuse("unauthorized_client", "the client is not registered for authorization_code");
  // What can be refused without touching the code is: a malformed request does not use it up.
  CO_TRY(auto presented, required(form, "code"));
  CO_TRY(auto redirect_uri, required(form, "redirect_uri"));
  CO_TRY(auto verifier, required(form, "code_verifier"));
  CO_TRY(auto resource, oauth::requested_resource(form.all("resource"), context_.login_resources()));
  auto signature = context_.opaque.signature(oauth::OpaqueKind::AuthorizationCode, presented);
  if (!signature) co_return invalid_grant("the code is not one of ours");
  CO_TRY(auto redemption, co_await context_.deps.store.redeem_code(*signature, context_.now()));
  if (std::holds_alternative<store::CodeUnknown>(redemption)) co_return invalid_grant("the code is unknown or has expired");
  if (auto* replayed = std::get_if<store::CodeReplayed>(&redemption)) {
    auto refused = co_await revoke(std::move(replayed->grant), "the code was used a second time");
    co_return std::unexpected(std::move(refused));
  }
  auto& code = std::get<store::AuthorizationCode>(redemption);
  auto problem = why_not(code, client, redirect_uri, verifier);
  if (!problem.empty()) {
    auto refused = co_await revoke(std::move(code.grant), std::move(problem));
    co_return std::unexpected(std::move(refused));
  }
  CO_TRY(auto audience, audience_of(code.resource, resource, context_.config.allowed_audiences));
  code.grant.audiences = {std::move(audience)};
  auto issued = co_await issue(std::move(code.grant), client);
  co_return issued;
}

Task<Result<Json>> LoginGrants::issue(store::Grant grant, const store::Client& client) {
  CO_TRY(auto response, issue_access_token(context_, claims_of(context_, grant, grant.scopes)));
  if (oauth::has_scope(grant.scopes, "offline_access") && may_use(client, oauth::kRefreshToken)) {
    auto minted = context_.opaque.mint(oauth::OpaqueKind::RefreshToken, context_.deps.random);
    const auto now = context_.now();
    store::RefreshToken token{grant, now, now + context_.config.lifespans.refresh_token};
    CO_TRY_VOID(co_await context_.deps.store.put_refresh(std::move(minted.signature), std::move(token)));
    response["refresh_token"] = minted.token.reveal();
  }
  // A replay that came between redemption and now has ended the grant; the store refuses its refresh token already.
  CO_TRY(const bool revoked, co_await context_.deps.store.is_grant_revoked(grant.grant_id, context_.now()));
  if (revoked) co_return invalid_grant("the grant was revoked meanwhile");
  note_grant(LogLevel::Info, EventKind::TokenIssued, grant);
  co_return response;
}

Task<Result<Json>> LoginGrants::refresh(oauth::Parameters form, store::Client client) {
  if (!may_use(client, oauth::kRefreshToken)) co_return oauth::refuse("unauthorized_client", "the client is not registered for refresh_token");
  CO_TRY(auto presented, required(form, "refresh_token"));
  auto signature = context_.opaque.signature(oauth::OpaqueKind::RefreshToken, presented);
  if (!signature) co_return invalid_grant("the refresh token is not one of ours");
  CO_TRY(auto found, co_await context_.deps.store.find_refresh(*signature, context_.now()));
  if (std::holds_alternative<store::RefreshUnknown>(found)) co_return invalid_grant("the refresh token is unknown or has expired");
  if (auto* reused = std::get_if<store::RefreshReused>(&found)) {
    auto refused = co_await revoke(std::move(reused->grant), "a used refresh token came again");
    co_return std::unexpected(std::move(refused));
  }
  auto& current = std::get<store::RefreshToken>(found);
  if (current.grant.client_id != client.id) co_return invalid_grant("the refresh token was issued to another client");
  auto asked = oauth::parse_scope(form.get("scope"));
  if (!asked) co_return oauth::refuse("invalid_scope", asked.error().message());
  if (const auto* more = oauth::first_missing(*asked, current.grant.scopes))
    co_return oauth::refuse("invalid_scope", "the grant does not hold the scope " + *more);
  CO_TRY(auto resource, oauth::requested_resource(form.all("resource"), context_.login_resources()));
  const auto& audiences = current.grant.audiences;
  if (resource && std::find(audiences.begin(), audiences.end(), *resource) == audiences.end()) {
    co_return oauth::refuse("invalid_target", "the grant is not for this resource");
  }
  auto scopes = asked->empty() ? current.grant.scopes : *std::move(asked);
  std::erase_if(scopes, [&](const auto& scope) { return !oauth::has_scope(client.scopes, scope); });
  auto rotated = co_await rotate(*signature, std::move(current), std::move(scopes));
  co_return rotated;
}

// Signed before the old token is used up: a failure to sign costs the client nothing. The new refresh token keeps the whole
// scope of the grant (RFC 6749 §6).
Task<Result<Json>> LoginGrants::rotate(std::string signature, store::RefreshToken current, std::vector<std::string> scopes) {
  CO_TRY(auto response, issue_access_token(context_, claims_of(context_, current.grant, std::move(scopes))));
  auto minted = context_.opaque.mint(oauth::OpaqueKind::RefreshToken, context_.deps.random);
  const auto now = context_.now();
  store::RefreshToken next{current.grant, now, now + context_.config.lifespans.refresh_token};
  CO_TRY(auto outcome, co_await context_.deps.store.rotate_refresh(std::move(signature), std::move(minted.signature), std::move(next), now));
  if (auto* reused = std::get_if<store::RefreshReused>(&outcome)) {
    auto refused = co_await revoke(std::move(reused->grant), "a refresh token was used twice at once");
    co_return std::unexpected(std::move(refused));
  }
  if (std::holds_alternative<store::RefreshUnknown>(outcome)) co_return invalid_grant("the refresh token is unknown or has expired");
  response["refresh_token"] = minted.token.reveal();
  auto kept = co_await keep_session(current.grant.session_id);
  note_grant(kept ? LogLevel::Info : LogLevel::Warn, EventKind::TokenRefreshed, current.grant, kept ? "" : kept.error().describe());
  co_return response;
}

Task<Error> LoginGrants::revoke(store::Grant grant, std::string why) {
  auto revoked = co_await context_.deps.store.revoke_grant(grant, context_.now());
  if (!revoked) why += "; and revoking failed: " + revoked.error().describe();
  note_grant(LogLevel::Warn, EventKind::GrantRevoked, grant, why);
  co_return Error(ErrorCode::AlreadyUsed, std::move(why)).with_oauth_code("invalid_grant");
}

Task<Result<void>> LoginGrants::keep_session(std::string session_id) {
  CO_TRY(auto rows, co_await context_.deps.store.list_upstream_tokens(session_id, context_.now()));
  for (auto& row : rows) {
    if (row.expires_at) continue;
    row.session_expires_at = context_.now() + context_.config.lifespans.refresh_token;
    std::string refresh_token = row.refresh_token.reveal();
    CO_TRY_VOID(co_await context_.deps.store.replace_upstream_tokens(session_id, std::move(refresh_token), std::move(row)));
  }
  co_return Result<void>{};
}

void LoginGrants::note_grant(LogLevel level, EventKind kind, const store::Grant& grant, std::string detail) const {
  note(context_, level, {.login = login_id(grant.session_id), .kind = kind, .client_id = grant.client_id, .detail = std::move(detail)});
}

}  // namespace vmcpauth::authserver
