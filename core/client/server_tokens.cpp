#include "core/client/server_tokens.hpp"

#include "core/base/encoding.hpp"
#include "core/client/grants.hpp"

namespace vmcpauth::client {
namespace {

bool is_same_token(const Credential& credential, const std::optional<AccessToken>& other) {
  return other && credential.access_token.equals(other->value.reveal());
}

// The command that does by hand what a credential's renewal could not.
std::string login_command(const Credential& before) {
  std::string out = "vmcpauth login " + before.server;
  const auto& client = before.client;
  if (client.origin == ClientOrigin::Given) out += " --client-id " + printable(client.id, 200);
  if (!client.key_pem.empty()) out += " --client-key FILE";
  if (client.origin == ClientOrigin::Given && !client.secret.empty()) out += " --client-secret-env NAME";
  if (before.grant == GrantKind::ClientCredentials) return out + " --client-credentials";
  if (before.source) return out + before.source->options();
  return out + " --assertion-env NAME";
}

Error not_renewable(const Credential& before, const std::string& why) {
  return Error(ErrorCode::Unauthenticated, "the credential of " + before.server + " is no longer good and cannot be renewed: " + why)
      .note("put that right, or run '" + login_command(before) + "'");
}

// The same grant with the same things was refused, which only the user can change.
Error refused_again(const Credential& before, const Error& error) {
  const auto code = error.oauth_code().value_or("");
  if (code != "invalid_grant" && code != "invalid_client" && code != "unauthorized_client") return error;
  const auto what = before.source ? "what is in " + before.source->assertion.text() : "the client's credential";
  Error out = not_renewable(before, before.issuer + " does not take " + what);
  return std::move(out).note(error.describe());
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
  const bool repeatable = repeats(&*credential_);
  if (!credential_->is_usable(ports_.clock.now()) && (repeatable || !credential_->refresh_token.empty())) {
    Refusal nothing_said;
    CO_TRY(auto found, co_await look_up(std::move(nothing_said), std::nullopt));
    credential_ = std::move(found.credential);
    if (credential_ && repeatable && !found.renewed) {
      LoginCircumstances circumstances;
      circumstances.discovery = *std::move(found.discovery);
      circumstances.before = credential_->clone();
      CO_TRY(auto token, co_await log_in(std::move(circumstances)));
      co_return std::move(token);
    }
  }
  // An expired token is not sent: what the server says without one tells more.
  if (!credential_ || !credential_->is_usable(ports_.clock.now())) co_return std::optional<AccessToken>();
  CO_TRY(auto token, credential_->token());
  co_return std::move(token);
}

Task<Result<Discovery>> ServerTokens::discover(const Refusal& refusal, const Credential* earlier, Choice choice) {
  DiscoveryRequest request{
      .server = settings_.login.server, .resource_metadata = refusal.resource_metadata, .issuer = settings_.login.issuer, .trust = settings_.login.trust};
  if (earlier != nullptr) {
    request.earlier = earlier->issuer;
    if (!request.resource_metadata) request.resource_metadata = earlier->resource_metadata;
  }
  if (choice == Choice::ByPerson && agent_ != nullptr)
    request.choose = [this](std::vector<std::string> issuers) { return agent_->choose_issuer(std::move(issuers)); };
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
  CO_TRY(out.discovery, co_await discover(refusal, &*out.credential, Choice::First));  // nobody waits under a lock
  if (out.discovery->server.issuer != out.credential->issuer) {
    progress_.report(ProgressKind::Warning, settings_.login.server.text() + " now sends its users to " + out.discovery->server.issuer + "; the credential of " +
                                                out.credential->issuer + " is not used there");
    out.credential.reset();
    out.discovery.reset();
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
  CO_TRY_VOID(may_log_in(circumstances.before ? &*circumstances.before : nullptr, {}));
  if (!discovery) {
    CO_TRY(discovery, co_await discover(refusal, circumstances.before ? &*circumstances.before : nullptr, Choice::ByPerson));
  }
  if (circumstances.before && circumstances.before->issuer != discovery->server.issuer) circumstances.before.reset();
  circumstances.discovery = *std::move(discovery);
  circumstances.refusal = std::move(refusal);
  auto token = co_await log_in(std::move(circumstances));
  co_return token;
}

Task<Result<AccessToken>> ServerTokens::step_up(Refusal refusal) {
  CO_TRY_VOID(may_log_in(credential(), refusal.scopes));
  LoginCircumstances circumstances;
  if (credential_) {
    circumstances.before = credential_->clone();
    circumstances.keep_scopes = oauth::scope_union(credential_->scopes_asked, credential_->scopes);
  }
  CO_TRY(circumstances.discovery, co_await discover(refusal, credential_ ? &*credential_ : nullptr, Choice::ByPerson));
  if (circumstances.before && circumstances.before->issuer != circumstances.discovery.server.issuer) circumstances.before.reset();
  progress_.report(ProgressKind::Step, "more is needed: \"" + oauth::join_scope(refusal.scopes) + "\"");
  circumstances.refusal = std::move(refusal);
  auto token = co_await log_in(std::move(circumstances));
  co_return token;
}

bool ServerTokens::repeats(const Credential* before) const noexcept {
  if (before == nullptr || needs_person(before->grant) || settings_.fresh) return false;
  return settings_.login.grant == GrantKind::AuthorizationCode && !settings_.login.client;
}

Result<LoginSettings> ServerTokens::settings_after(const Credential* before) const {
  auto out = settings_.login.clone();
  if (!repeats(before)) return out;
  out.grant = before->grant;
  if (out.scopes.empty()) out.scopes = before->scopes_asked;
  out.dpop = out.dpop || !before->dpop_key.empty();
  if (before->grant == GrantKind::ClientCredentials) return out;
  if (!before->source || !settings_.read_secret) return std::unexpected(not_renewable(*before, "it came from an assertion, which is not kept"));
  out.source = before->source;
  auto assertion = settings_.read_secret(out.source->assertion);
  if (!assertion) return std::unexpected(not_renewable(*before, assertion.error().message()));
  out.assertion = *std::move(assertion);
  if (!out.source->idp_token_endpoint) return out;
  out.idp_token_endpoint = out.source->idp_token_endpoint;
  out.idp_client.emplace();
  out.idp_client->id = out.source->idp_client_id;
  if (!out.source->idp_client_secret) return out;
  auto secret = settings_.read_secret(*out.source->idp_client_secret);
  if (!secret) return std::unexpected(not_renewable(*before, secret.error().message()));
  out.idp_client->secret = *std::move(secret);
  out.idp_client->method = AuthMethod::Basic;
  return out;
}

Result<void> ServerTokens::may_log_in(const Credential* before, const oauth::Scopes& scopes) const {
  if (settings_.asking == Asking::WhenNeeded || !needs_person(grant_after(before))) return {};
  const std::string& server = settings_.login.server.text();
  if (scopes.empty()) {
    const auto said =
        before == nullptr ? "not signed in to " + server : "the login to " + server + " is over: its token is no longer taken and cannot be renewed";
    return std::unexpected(Error(ErrorCode::Unauthenticated, said).note("run 'vmcpauth login " + server + "'"));
  }
  const auto wanted = oauth::join_scope(scopes);
  return std::unexpected(
      Error(ErrorCode::Forbidden, "the credential lacks the scope \"" + wanted + "\"").note("run 'vmcpauth login " + server + " --scope \"" + wanted + "\"'"));
}

Task<Result<AccessToken>> ServerTokens::log_in(LoginCircumstances circumstances) {
  Login login(ports_, agent_, progress_);
  const Credential* before = circumstances.before ? &*circumstances.before : nullptr;
  CO_TRY(auto settings, settings_after(before));
  std::optional<Credential> repeated;
  if (repeats(before)) repeated = before->clone();
  // A client for people is none for programs, and the other way round.
  if (before != nullptr && needs_person(before->grant) != needs_person(settings.grant)) circumstances.before.reset();
  auto credential = co_await login.run(std::move(settings), std::move(circumstances));
  if (!credential && repeated) credential = std::unexpected(refused_again(*repeated, credential.error()));
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
