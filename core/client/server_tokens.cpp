#include "core/client/server_tokens.hpp"

#include "core/client/grants.hpp"

namespace vmcpauth::client {
namespace {

bool needs_person(GrantKind grant) noexcept { return grant == GrantKind::AuthorizationCode || grant == GrantKind::DeviceCode; }

bool is_same_token(const Credential& credential, const std::optional<AccessToken>& other) {
  return other && credential.access_token.equals(other->value.reveal());
}

}  // namespace

std::string server_key(const Url& server) {
  std::string path = server.path();
  while (path.ends_with('/')) path.pop_back();
  return server.origin() + path;
}

ServerTokens::ServerTokens(Ports ports, CredentialStore& store, UserAgent* agent, Progress& progress, ServerTokensSettings settings)
    : ports_(ports), store_(store), agent_(agent), progress_(progress), settings_(std::move(settings)) {}

Result<std::optional<Credential>> ServerTokens::stored() const {
  TRY(auto found, store_.find(server_key(settings_.login.server)));
  for (const auto& error : found.unreadable) progress_.report(ProgressKind::Warning, "a stored credential cannot be used: " + error.describe());
  for (auto& credential : found.credentials) {
    if (settings_.login.issuer && credential.issuer != *settings_.login.issuer) continue;
    if (settings_.login.client && credential.client.id != settings_.login.client->id) continue;
    return std::move(credential);
  }
  return std::nullopt;
}

Task<Result<std::optional<AccessToken>>> ServerTokens::current() {
  if (credential_ && credential_->is_usable(ports_.clock.now())) {
    CO_TRY(auto token, credential_->token());
    co_return std::move(token);
  }
  if (settings_.fresh) co_return std::optional<AccessToken>();
  CO_TRY(credential_, stored());
  if (!credential_) co_return std::optional<AccessToken>();
  if (!credential_->is_usable(ports_.clock.now()) && !credential_->refresh_token.empty()) {
    Refusal nothing_said;
    CO_TRY(auto renewed, co_await look_up(std::move(nothing_said), std::nullopt));
    credential_ = std::move(renewed.credential);
  }
  // An expired token is not sent: what the server says without one tells more.
  if (!credential_ || !credential_->is_usable(ports_.clock.now())) co_return std::optional<AccessToken>();
  CO_TRY(auto token, credential_->token());
  co_return std::move(token);
}

Task<Result<Discovery>> ServerTokens::discover(const Refusal& refusal, const Credential* earlier) {
  DiscoveryRequest request{
      .server = settings_.login.server, .resource_metadata = refusal.resource_metadata, .issuer = settings_.login.issuer, .trust = settings_.login.trust};
  if (earlier != nullptr) {
    request.earlier = earlier->issuer;
    if (!request.resource_metadata) request.resource_metadata = earlier->resource_metadata;
  }
  auto discovery = co_await discover_authorization(ports_.http, std::move(request), progress_);
  co_return discovery;
}

// The stored credential, renewed without a person where that is possible; under the server's lock from reading to writing.
Task<Result<ServerTokens::Stored>> ServerTokens::look_up(Refusal refusal, std::optional<AccessToken> refused) {
  Stored out;
  CO_TRY(auto kept, stored());
  if (!kept) co_return out;
  CO_TRY(const auto lock, co_await store_.lock(server_key(settings_.login.server), ports_.timer));
  CO_TRY(out.credential, stored());  // again: another process may have been faster
  if (!out.credential) co_return out;
  if (out.credential->is_usable(ports_.clock.now()) && !is_same_token(*out.credential, refused)) {
    out.renewed = true;
    co_return out;
  }
  CO_TRY(out.discovery, co_await discover(refusal, &*out.credential));
  if (out.discovery->server.issuer != out.credential->issuer) {
    progress_.report(ProgressKind::Warning, settings_.login.server.text() + " now sends its users to " + out.discovery->server.issuer + "; the credential of " +
                                                out.credential->issuer + " is not used there");
    out.credential.reset();
    co_return out;
  }
  const bool just_refreshed = refreshed_ && credential_ && is_same_token(*credential_, refused);
  if (out.credential->refresh_token.empty() || just_refreshed) co_return out;
  CO_TRY(out.renewed, co_await refresh(*out.discovery, *out.credential));
  co_return out;
}

// False when the grant is dead. What came is stored before anything else happens: the old refresh token may be used up.
Task<Result<bool>> ServerTokens::refresh(const Discovery& discovery, Credential& credential) {
  if (!discovery.server.token_endpoint) co_return fail(ErrorCode::Unsupported, "authorization server " + discovery.server.issuer + " has no token endpoint");
  CO_TRY(const auto token, credential.token());
  TokenEndpoint endpoint{*discovery.server.token_endpoint, discovery.server.issuer, discovery.peer};
  auto grant = refresh_grant(credential.refresh_token, {credential.resource, {}});
  auto identity = credential.client.clone();
  auto answer = co_await ask_for_tokens(ports_, std::move(endpoint), std::move(identity), token.key, std::move(grant));
  if (!answer) {
    const auto code = answer.error().oauth_code().value_or("");
    if (code != "invalid_grant" && code != "invalid_client") co_return std::unexpected(std::move(answer).error().note("while refreshing the credential"));
    progress_.report(ProgressKind::Detail, "the refresh token is no longer taken: " + answer.error().describe());
    credential.refresh_token = Secret();
    credential.access_token = Secret();
    CO_TRY_VOID(store_.put(credential));
    co_return false;
  }
  credential.access_token = std::move(answer->tokens.access_token);
  if (!answer->tokens.refresh_token.empty()) credential.refresh_token = std::move(answer->tokens.refresh_token);
  if (answer->tokens.scopes) credential.scopes = *std::move(answer->tokens.scopes);
  credential.obtained_at = ports_.clock.now();
  credential.expires_at.reset();
  if (answer->tokens.lifetime) credential.expires_at = credential.obtained_at + *answer->tokens.lifetime;
  CO_TRY_VOID(store_.put(credential));
  progress_.report(ProgressKind::Detail, "the credential was refreshed");
  co_return true;
}

Task<Result<AccessToken>> ServerTokens::renew(Refusal refusal, std::optional<AccessToken> refused) {
  LoginCircumstances circumstances;
  std::optional<Discovery> discovery;
  if (!settings_.fresh || credential_) {
    Refusal said = refusal;
    CO_TRY(auto found, co_await look_up(std::move(said), std::move(refused)));
    if (found.renewed) {
      refreshed_ = true;
      credential_ = std::move(found.credential);
      CO_TRY(auto token, credential_->token());
      co_return std::move(token);
    }
    circumstances.before = std::move(found.credential);
    discovery = std::move(found.discovery);
  } else {
    CO_TRY(circumstances.before, stored());
  }
  CO_TRY_VOID(may_log_in(grant_after(circumstances.before ? &*circumstances.before : nullptr), {}));
  if (!discovery) {
    CO_TRY(discovery, co_await discover(refusal, circumstances.before ? &*circumstances.before : nullptr));
  }
  if (circumstances.before && circumstances.before->issuer != discovery->server.issuer) circumstances.before.reset();
  circumstances.discovery = *std::move(discovery);
  circumstances.refusal = std::move(refusal);
  auto token = co_await log_in(std::move(circumstances));
  co_return token;
}

Task<Result<AccessToken>> ServerTokens::step_up(Refusal refusal) {
  CO_TRY_VOID(may_log_in(grant_after(credential()), refusal.scopes));
  LoginCircumstances circumstances;
  if (credential_) {
    circumstances.before = credential_->clone();
    circumstances.keep_scopes = oauth::scope_union(credential_->scopes_asked, credential_->scopes);
  }
  CO_TRY(circumstances.discovery, co_await discover(refusal, credential_ ? &*credential_ : nullptr));
  if (circumstances.before && circumstances.before->issuer != circumstances.discovery.server.issuer) circumstances.before.reset();
  progress_.report(ProgressKind::Step, "more is needed: \"" + oauth::join_scope(refusal.scopes) + "\"");
  circumstances.refusal = std::move(refusal);
  auto token = co_await log_in(std::move(circumstances));
  co_return token;
}

GrantKind ServerTokens::grant_after(const Credential* before) const noexcept {
  const bool same = before != nullptr && before->grant == GrantKind::ClientCredentials && !settings_.login.client;
  return same && settings_.login.grant == GrantKind::AuthorizationCode ? before->grant : settings_.login.grant;
}

Result<void> ServerTokens::may_log_in(GrantKind grant, const oauth::Scopes& scopes) const {
  if (settings_.asking == Asking::WhenNeeded || !needs_person(grant)) return {};
  const std::string& server = settings_.login.server.text();
  if (scopes.empty()) return std::unexpected(Error(ErrorCode::Unauthenticated, "not logged in to " + server).note("run 'vmcpauth login " + server + "'"));
  const auto wanted = oauth::join_scope(scopes);
  return std::unexpected(
      Error(ErrorCode::Forbidden, "the credential lacks the scope \"" + wanted + "\"").note("run 'vmcpauth login " + server + " --scope \"" + wanted + "\"'"));
}

Task<Result<AccessToken>> ServerTokens::log_in(LoginCircumstances circumstances) {
  Login login(ports_, agent_, progress_);
  auto settings = settings_.login.clone();
  settings.grant = grant_after(circumstances.before ? &*circumstances.before : nullptr);
  auto credential = co_await login.run(std::move(settings), std::move(circumstances));
  awaited_ = agent_ != nullptr;
  legs_ = login.legs();
  if (!credential) {
    Result<int> outcome = std::unexpected(credential.error());
    co_await settled(std::move(outcome));
    co_return std::unexpected(std::move(credential).error());
  }
  credential->server = server_key(settings_.login.server);
  if (auto kept = store_.put(*credential); !kept) {
    Result<int> outcome = std::unexpected(kept.error());
    co_await settled(std::move(outcome));
    co_return std::unexpected(std::move(kept).error());
  }
  refreshed_ = false;
  credential_ = *std::move(credential);
  auto token = credential_->token();
  co_return token;
}

Task<void> ServerTokens::settled(Result<int> outcome) {
  if (!awaited_ || agent_ == nullptr) co_return;
  awaited_ = false;
  LoginOutcome shown{.failure = std::nullopt, .server = settings_.login.server.text(), .issuer = "", .scopes = {}, .expires_at = std::nullopt};
  if (credential_) {
    shown.issuer = credential_->issuer;
    shown.scopes = credential_->scopes;
    shown.expires_at = credential_->expires_at;
    shown.can_refresh = !credential_->refresh_token.empty();
  }
  shown.legs = legs_;
  if (outcome && *outcome >= 500) outcome = fail(ErrorCode::BadResponse, "the server took the credential and then answered HTTP " + std::to_string(*outcome));
  if (!outcome) shown.failure = std::move(outcome).error();
  co_await agent_->finish(std::move(shown));
}

}  // namespace vmcpauth::client
