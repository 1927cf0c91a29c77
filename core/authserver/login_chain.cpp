#include "core/authserver/login_chain.hpp"

#include <algorithm>
#include <array>

#include "core/base/url.hpp"
#include "core/oauth/error.hpp"
#include "core/oauth/grant_types.hpp"
#include "core/oauth/pkce.hpp"
#include "core/oauth/redaction.hpp"
#include "core/oauth/redirect_uri.hpp"
#include "core/oauth/scope.hpp"

namespace vmcpauth::authserver {
namespace {

constexpr std::size_t kSessionBytes = 32;

std::string leg_text(int leg, std::size_t providers) { return "leg " + std::to_string(leg) + ", " + std::to_string(providers) + " upstream(s)"; }

bool is_live(const store::UpstreamTokens& row, TimePoint now) { return !row.expires_at || *row.expires_at > now; }

// An answer without refresh or ID token means: keep the old one (RFC 6749 §6, OIDC Core §12.2).
store::UpstreamTokens merged(store::UpstreamTokens row, upstream::Tokens fresh) {
  row.access_token = std::move(fresh.access_token);
  if (!fresh.refresh_token.empty()) row.refresh_token = std::move(fresh.refresh_token);
  if (!fresh.id_token.empty()) row.id_token = std::move(fresh.id_token);
  row.expires_at = fresh.expires_at;
  if (!fresh.scopes.empty()) row.scopes = std::move(fresh.scopes);
  return row;
}

// A provider's own code is for the developer; the client hears what it can act on (RFC 6749 §4.1.2.1).
std::string_view code_for_client(const Error& error) {
  constexpr std::array<std::string_view, 5> kDenials{"access_denied", "login_required", "consent_required", "interaction_required",
                                                     "account_selection_required"};
  const auto own = error.oauth_code().value_or("");
  if (error.code() == ErrorCode::Denied) return "access_denied";
  if (error.code() == ErrorCode::UpstreamError) {
    if (std::find(kDenials.begin(), kDenials.end(), own) != kDenials.end()) return "access_denied";
    return own == "temporarily_unavailable" ? "temporarily_unavailable" : "server_error";
  }
  // What the table makes of the rest is right where a retry may help; otherwise the fault is ours or the provider's alike.
  const auto code = oauth::oauth_code(error.code());
  return code == "temporarily_unavailable" || code == "slow_down" ? "temporarily_unavailable" : "server_error";
}

}  // namespace

http::Response to_client(const Context& context, const std::string& redirect_uri, const std::string& state, FormFields fields) {
  if (!state.empty()) fields.emplace_back("state", state);
  fields.emplace_back("iss", context.endpoints.issuer);
  return http::Response::redirect(append_query(redirect_uri, fields));
}

http::Response error_to_client(const Context& context, const std::string& redirect_uri, const std::string& state, const Error& error) {
  return to_client(context, redirect_uri, state, {{"error", oauth::oauth_code(error)}, {"error_description", client_text(error)}});
}

LoginChain::Remains LoginChain::remains_of(const store::PendingAuthorization& leg) {
  return {leg.session_id, leg.client_id, leg.redirect_uri, leg.state, leg.provider, leg.browser_binding};
}

Task<http::Response> LoginChain::begin(store::PendingAuthorization login, const http::Headers& request, std::string progress_challenge) {
  // People give it to commands: it must not look like an option.
  do login.session_id = context_.deps.random.token(kSessionBytes);
  while (login.session_id.starts_with('-'));
  login.leg = 0;
  std::string cookie;
  if (context_.endpoints.can_bind_browser) {
    cookie = context_.deps.random.token(32);
    login.browser_binding = LoginCookie::binding(cookie);
  }
  http::Headers surplus;
  LoginCookie::drop_surplus(request, surplus, context_.endpoints.cookies);
  if (!progress_challenge.empty()) progress_.watch(std::move(progress_challenge), login.session_id);
  note_leg(LogLevel::Info, EventKind::LoginStarted, login, "scope: " + oauth::join_scope(login.scopes));
  auto& first = *context_.deps.providers.front();
  auto remains = remains_of(login);
  remains.provider = first.name();
  const LoginCookie binding(login_id(remains.session_id), context_.endpoints.cookies);
  auto started = co_await first_step(std::move(login), first, cookie);
  if (!started) {
    auto failed = co_await fail_login(std::move(remains), std::move(started).error());
    // No leg has set it, and the report of this failure is for this browser only.
    if (!cookie.empty()) binding.set(failed.headers, cookie, kLoginTime);
    co_return failed;
  }
  for (const auto& header : surplus) started->headers.add(header.name, header.value);
  co_return *std::move(started);
}

Task<Result<http::Response>> LoginChain::first_step(store::PendingAuthorization login, upstream::Provider& first, std::string cookie) {
  if (!Walkthrough::must_ask(login.redirect_uri)) {
    auto started = co_await start_leg(std::move(login), first, std::move(cookie));
    co_return started;
  }
  login.provider = first.name();
  const auto binding = cookie_of(login);
  CO_TRY(auto question, co_await walkthrough_.ask(std::move(login)));
  if (!cookie.empty()) binding.set(question.headers, cookie, kLoginTime);
  co_return question;
}

Task<Result<http::Response>> LoginChain::start_leg(store::PendingAuthorization carried, upstream::Provider& provider, std::string cookie) {
  auto& random = context_.deps.random;
  carried.provider = provider.name();
  carried.leg += 1;
  carried.internal_state = random.token(32);
  carried.upstream_nonce = random.token(32);
  carried.pkce_verifier = oauth::make_code_verifier(random);
  upstream::Leg secrets{carried.internal_state, carried.upstream_nonce, carried.pkce_verifier.clone()};
  auto url = co_await provider.authorization_url(std::move(secrets));
  if (!url) co_return std::unexpected(std::move(url).error().note("while sending the browser to " + provider.name()));
  carried.created_at = context_.now();
  carried.expires_at = carried.created_at + kLoginTime;
  note_leg(LogLevel::Info, EventKind::LegStarted, carried, leg_text(carried.leg, context_.deps.providers.size()));
  auto response = http::Response::redirect(*std::move(url));
  if (!cookie.empty()) cookie_of(carried).set(response.headers, cookie, kLoginTime);
  CO_TRY_VOID(co_await context_.deps.store.put_pending(std::move(carried)));
  co_return response;
}

Task<http::Response> LoginChain::finish_leg(store::PendingAuthorization leg, upstream::CallbackParameters callback, std::string cookie) {
  auto remains = remains_of(leg);
  auto done = co_await proceed(std::move(leg), std::move(callback), std::move(cookie));
  if (done) co_return *std::move(done);
  auto response = co_await fail_login(std::move(remains), std::move(done).error());
  co_return response;
}

Task<Result<http::Response>> LoginChain::proceed(store::PendingAuthorization leg, upstream::CallbackParameters callback, std::string cookie) {
  upstream::Provider* provider = provider_named(leg.provider);
  if (provider == nullptr) co_return fail(ErrorCode::Internal, "the upstream is no longer configured");
  upstream::Leg secrets{leg.internal_state, leg.upstream_nonce, leg.pkce_verifier.clone()};
  auto granted = co_await provider->finish(std::move(callback), std::move(secrets));
  if (!granted) {
    note_leg(LogLevel::Warn, EventKind::ExchangeFailed, leg, oauth::redact(granted.error().describe()));
    co_return std::unexpected(std::move(granted).error());
  }
  note_leg(LogLevel::Info, EventKind::ExchangeSucceeded, leg, granted->identity.synthetic ? "identity is synthetic and will change with the next login" : "");
  CO_TRY(leg, co_await settle_user(std::move(leg), granted->identity));
  CO_TRY_VOID(co_await store_tokens(leg, *std::move(granted)));
  note_leg(LogLevel::Info, EventKind::TokensStored, leg);
  CO_TRY(auto* next, co_await next_upstream(leg));
  if (next != nullptr) {
    // Tokens that die faster than the chain walks would send the browser round for ever.
    if (leg.leg >= static_cast<int>(2 * context_.deps.providers.size()))
      co_return fail(ErrorCode::Internal, "upstream tokens expire before the chain is through");
    auto response = co_await on_to(std::move(leg), *next, std::move(cookie));
    co_return response;
  }
  CO_TRY_VOID(co_await verify_first_leg(leg));
  auto response = co_await issue_code(std::move(leg));
  co_return response;
}

Task<Result<http::Response>> LoginChain::on_to(store::PendingAuthorization leg, upstream::Provider& next, std::string cookie) {
  if (!walkthrough_.enabled()) {
    auto started = co_await start_leg(std::move(leg), next, std::move(cookie));
    co_return started;
  }
  leg.provider = next.name();
  auto paused = co_await walkthrough_.pause(std::move(leg));
  co_return paused;
}

Task<http::Response> LoginChain::resume(store::PendingAuthorization login, std::string cookie, bool go_on) {
  auto remains = remains_of(login);
  auto* provider = provider_named(login.provider);
  Error refusal = go_on ? Error(ErrorCode::Internal, "the upstream is no longer configured") : Error(ErrorCode::Denied, "the user cancelled the sign-in");
  if (go_on && provider != nullptr) {
    auto started = co_await start_leg(std::move(login), *provider, std::move(cookie));
    if (started) co_return *std::move(started);
    refusal = std::move(started).error();
  }
  auto failed = co_await fail_login(std::move(remains), std::move(refusal));
  co_return failed;
}

// The first upstream decides the user; later legs only connect a backend, whoever is signed in there. A first leg that has
// to be walked again must come back with the same user.
Task<Result<store::PendingAuthorization>> LoginChain::settle_user(store::PendingAuthorization leg, upstream::Identity identity) {
  if (leg.provider != context_.deps.providers.front()->name()) {
    if (leg.user_id.empty()) co_return fail(ErrorCode::Internal, "a later leg came without a user");
    co_return leg;
  }
  if (identity.subject.empty()) co_return fail(ErrorCode::BadResponse, "the provider gave no subject");
  std::string user_id = identity.subject;
  if (!identity.synthetic) {
    CO_TRY(auto user, co_await context_.deps.store.find_or_create_user(leg.provider, identity.subject, context_.deps.random.uuid(), context_.now()));
    user_id = std::move(user.id);
  }
  if (!leg.user_id.empty() && leg.user_id != user_id)
    co_return fail(ErrorCode::Denied, "another user signed in at the first upstream than the login began with");
  leg.user_id = std::move(user_id);
  leg.user_name = std::move(identity.name);
  leg.user_email = std::move(identity.email);
  co_return leg;
}

Task<Result<void>> LoginChain::store_tokens(const store::PendingAuthorization& leg, upstream::CodeGrant granted) {
  store::UpstreamTokens row;
  row.provider = leg.provider;
  row.access_token = std::move(granted.tokens.access_token);
  row.refresh_token = std::move(granted.tokens.refresh_token);
  row.id_token = std::move(granted.tokens.id_token);
  row.expires_at = granted.tokens.expires_at;
  row.session_expires_at = context_.now() + context_.config.lifespans.refresh_token;
  row.user_id = leg.user_id;
  row.upstream_subject = std::move(granted.identity.subject);
  row.client_id = leg.client_id;
  row.scopes = std::move(granted.tokens.scopes);
  row.user_name = leg.user_name;
  row.user_email = leg.user_email;
  row.created_at = context_.now();
  auto stored = co_await context_.deps.store.put_upstream_tokens(leg.session_id, std::move(row));
  co_return stored;
}

Task<Result<upstream::Provider*>> LoginChain::next_upstream(const store::PendingAuthorization& leg) {
  for (auto* provider : context_.deps.providers) {
    if (provider->name() == leg.provider) continue;  // just stored
    CO_TRY(auto row, co_await context_.deps.store.find_upstream_tokens(leg.session_id, provider->name(), context_.now()));
    if (row && is_live(*row, context_.now())) continue;
    if (!row || row->refresh_token.empty()) co_return provider;
    CO_TRY(const bool refreshed, co_await refresh(leg, *provider, *std::move(row)));
    if (!refreshed) co_return provider;
  }
  co_return nullptr;
}

Task<Result<bool>> LoginChain::refresh(const store::PendingAuthorization& leg, upstream::Provider& provider, store::UpstreamTokens row) {
  Event event{.login = login_id(leg.session_id), .provider = provider.name(), .client_id = leg.client_id};
  const std::string old_token = row.refresh_token.reveal();
  Secret presented = row.refresh_token.clone();
  auto fresh = co_await provider.refresh(std::move(presented), row.scopes);
  // OpenID Connect Core §12.2: the new ID token is for the user that the old one was for.
  if (fresh && fresh->subject && *fresh->subject != row.upstream_subject) fresh = fail(ErrorCode::BadResponse, "the ID token is of another user");
  if (!fresh) {
    event.kind = EventKind::ExchangeFailed;
    event.detail = "refresh: " + oauth::redact(fresh.error().describe());
    note(context_, LogLevel::Warn, std::move(event));
    co_return false;
  }
  auto next = merged(std::move(row), *std::move(fresh));
  next.last_refresh = store::RefreshReport{context_.now(), true, ""};
  CO_TRY(const bool replaced, co_await context_.deps.store.replace_upstream_tokens(leg.session_id, old_token, std::move(next)));
  event.kind = EventKind::TokensRefreshed;
  note(context_, LogLevel::Info, std::move(event));
  co_return replaced;
}

Task<Result<void>> LoginChain::verify_first_leg(const store::PendingAuthorization& leg) {
  const auto& first = context_.deps.providers.front()->name();
  CO_TRY(auto row, co_await context_.deps.store.find_upstream_tokens(leg.session_id, first, context_.now()));
  if (!row) co_return fail(ErrorCode::Internal, "the first leg's tokens are gone");
  if (leg.user_id.empty() || row->user_id != leg.user_id) co_return fail(ErrorCode::Denied, "the first leg's tokens belong to another user");
  co_return Result<void>{};
}

Task<Result<http::Response>> LoginChain::issue_code(store::PendingAuthorization leg) {
  CO_TRY(auto client, co_await clients_.find(leg.client_id));
  if (!client) co_return fail(ErrorCode::Internal, "the client is gone");
  const auto now = context_.now();
  store::AuthorizationCode code;
  code.redirect_uri = leg.redirect_uri;
  code.code_challenge = leg.code_challenge;
  code.resource = leg.resource;
  code.nonce = leg.nonce;
  code.expires_at = now + context_.config.lifespans.authorization_code;
  code.grant = {context_.deps.random.uuid(), leg.session_id, leg.client_id, leg.user_id, leg.user_name, leg.user_email, {}, {}, now};
  // A client whose registration shrank during the login gets no more than it has now.
  std::copy_if(leg.scopes.begin(), leg.scopes.end(), std::back_inserter(code.grant.scopes), [&](const auto& s) { return oauth::has_scope(client->scopes, s); });
  auto minted = context_.opaque.mint(oauth::OpaqueKind::AuthorizationCode, context_.deps.random);
  CO_TRY_VOID(co_await context_.deps.store.put_code(std::move(minted.signature), std::move(code)));
  note_leg(LogLevel::Info, EventKind::CodeIssued, leg);
  auto response = to_client(context_, leg.redirect_uri, leg.state, {{"code", minted.token.reveal()}});
  cookie_of(leg).clear(response.headers);
  co_return response;
}

Task<http::Response> LoginChain::fail_login(Remains login, Error error) {
  auto erased = co_await context_.deps.store.erase_session(login.session_id);
  auto detail = oauth::redact(error.describe());
  if (!erased) detail += "; and the session's tokens could not be deleted: " + erased.error().describe();
  const std::string code(code_for_client(error));
  const auto id = login_id(login.session_id);
  note(context_, LogLevel::Warn,
       {.login = id, .kind = EventKind::LoginFailed, .provider = login.provider, .client_id = login.client_id, .code = code, .detail = detail});
  const auto report = failures_.add({id, login.provider, login.client_id, code, std::move(detail), login.browser_binding});
  co_return to_client(context_, login.redirect_uri, login.state,
                      {{"error", code}, {"error_description", std::string(oauth::fixed_description(code))}, {"error_uri", report}});
}

upstream::Provider* LoginChain::provider_named(std::string_view name) const {
  for (auto* provider : context_.deps.providers) {
    if (provider->name() == name) return provider;
  }
  return nullptr;
}

LoginCookie LoginChain::cookie_of(const store::PendingAuthorization& leg) const { return {login_id(leg.session_id), context_.endpoints.cookies}; }

void LoginChain::note_leg(LogLevel level, EventKind kind, const store::PendingAuthorization& leg, std::string detail) const {
  note(context_, level, {.login = login_id(leg.session_id), .kind = kind, .provider = leg.provider, .client_id = leg.client_id, .detail = std::move(detail)});
}

}  // namespace vmcpauth::authserver
