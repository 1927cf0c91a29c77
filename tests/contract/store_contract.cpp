#include "tests/contract/store_contract.hpp"

#include "tests/support/catch.hpp"

namespace vmcpauth::test {
namespace {

using namespace store;

constexpr TimePoint kNow = from_unix_seconds(1'800'000'000);
constexpr Seconds kMinute{60};

template <class T>
T must(Task<Result<T>> task) {
  auto result = run_ready(std::move(task));
  REQUIRE(result.has_value());
  if (!result->has_value()) FAIL(result->error().describe());
  if constexpr (!std::is_void_v<T>) return **std::move(result);
}

PendingAuthorization pending(std::string state, std::string session = "session") {
  PendingAuthorization leg;
  leg.internal_state = std::move(state);
  leg.session_id = std::move(session);
  leg.client_id = "client";
  leg.redirect_uri = "http://127.0.0.1/cb";
  leg.state = "client state \xC3\xA9";
  leg.code_challenge = "challenge";
  leg.nonce = "n";
  leg.scopes = {"openid", "offline_access"};
  leg.resource = "https://r";
  leg.refresh_allowed = true;
  leg.provider = "github";
  leg.leg = 2;
  leg.pkce_verifier = Secret("verifier");
  leg.upstream_nonce = "un";
  leg.browser_binding = "binding";
  leg.user_id = "user";
  leg.user_name = "Ada";
  leg.user_email = "a@b";
  leg.created_at = kNow;
  leg.expires_at = kNow + 10 * kMinute;
  return leg;
}

Grant grant(std::string id = "grant", std::string session = "session") {
  return {std::move(id), std::move(session), "client", "user", "Ada", "a@b", {"openid"}, {"https://r"}, kNow};
}

AuthorizationCode code(std::string grant_id = "grant", std::string session = "session") {
  AuthorizationCode out;
  out.redirect_uri = "http://127.0.0.1/cb";
  out.code_challenge = "challenge";
  out.resource = "https://r";
  out.nonce = "n";
  out.grant = grant(std::move(grant_id), std::move(session));
  out.expires_at = kNow + 10 * kMinute;
  return out;
}

RefreshToken refresh(std::string grant_id = "grant") { return {grant(std::move(grant_id)), kNow, kNow + 60 * kMinute}; }

UpstreamTokens tokens(std::string provider, std::string access = "access", std::optional<TimePoint> expires_at = std::nullopt) {
  UpstreamTokens row;
  row.provider = std::move(provider);
  row.access_token = Secret(std::move(access));
  row.refresh_token = Secret("refresh");
  row.id_token = Secret("id");
  row.expires_at = expires_at;
  row.session_expires_at = kNow + std::chrono::hours(168);
  row.user_id = "user";
  row.upstream_subject = "subject";
  row.client_id = "client";
  row.scopes = {"a", "b"};
  return row;
}

void clients(SessionStore& store) {
  CHECK_FALSE(must(store.find_client("client")).has_value());
  Client client;
  client.id = "client";
  client.secret_hash = "hash";
  client.redirect_uris = {"https://a/cb", "https://b/cb"};
  client.grant_types = {"authorization_code"};
  client.response_types = {"code"};
  client.scopes = {"openid"};
  client.audiences = {"https://r"};
  client.token_endpoint_auth_method = "";
  client.name = "Name";
  client.dcr_issued = true;
  client.created_at = kNow;
  must(store.put_client(client));
  const auto found = must(store.find_client("client"));
  REQUIRE(found.has_value());
  CHECK(found->secret_hash == "hash");
  CHECK(found->redirect_uris == client.redirect_uris);
  CHECK(found->scopes == client.scopes);
  CHECK(found->token_endpoint_auth_method.empty());
  CHECK(found->dcr_issued);
  CHECK(found->created_at == kNow);
  client.name = "New name";
  client.dcr_issued = false;
  must(store.put_client(client));
  CHECK(must(store.find_client("client"))->name == "New name");
  must(store.touch_client("client", kNow));
  must(store.touch_client("nobody", kNow));
  CHECK_FALSE(must(store.find_client("nobody")).has_value());
}

void pending_legs(SessionStore& store) {
  must(store.put_pending(pending("state")));
  CHECK_FALSE(must(store.take_pending("other", kNow)).has_value());
  const auto taken = must(store.take_pending("state", kNow));
  REQUIRE(taken.has_value());
  CHECK(taken->session_id == "session");
  CHECK(taken->state == "client state \xC3\xA9");
  CHECK(taken->pkce_verifier.reveal() == "verifier");
  CHECK(taken->scopes == std::vector<std::string>{"openid", "offline_access"});
  CHECK(taken->refresh_allowed);
  CHECK(taken->leg == 2);
  CHECK(taken->browser_binding == "binding");
  CHECK(taken->user_id == "user");
  CHECK(taken->expires_at == kNow + 10 * kMinute);
  CHECK_FALSE(must(store.take_pending("state", kNow)).has_value());
  must(store.put_pending(pending("late")));
  CHECK_FALSE(must(store.take_pending("late", kNow + 10 * kMinute)).has_value());
  CHECK_FALSE(must(store.take_pending("late", kNow)).has_value());
}

void abandoned_logins(SessionStore& store) {
  for (const std::string session : {"half", "done"}) {
    must(store.put_upstream_tokens(session, tokens("github")));
    must(store.put_pending(pending("leg of " + session, session)));
  }
  must(store.put_code("sig", code("g", "done")));
  must(store.sweep(kNow + 10 * kMinute));
  CHECK(must(store.list_upstream_tokens("half", kNow)).empty());
  // Its code ran out unredeemed at the same moment.
  CHECK(must(store.list_upstream_tokens("done", kNow)).empty());

  must(store.put_upstream_tokens("kept", tokens("github")));
  must(store.put_code("sig2", code("g2", "kept")));
  REQUIRE(std::holds_alternative<AuthorizationCode>(must(store.redeem_code("sig2", kNow))));
  must(store.sweep(kNow + 20 * kMinute));
  CHECK(must(store.list_upstream_tokens("kept", kNow)).size() == 1);
}

void codes(SessionStore& store) {
  CHECK(std::holds_alternative<CodeUnknown>(must(store.redeem_code("sig", kNow))));
  must(store.put_code("sig", code()));
  const auto first = must(store.redeem_code("sig", kNow));
  REQUIRE(std::holds_alternative<AuthorizationCode>(first));
  const auto& redeemed = std::get<AuthorizationCode>(first);
  CHECK(redeemed.code_challenge == "challenge");
  CHECK(redeemed.resource == "https://r");
  CHECK(redeemed.grant.session_id == "session");
  CHECK(redeemed.grant.scopes == std::vector<std::string>{"openid"});
  const auto second = must(store.redeem_code("sig", kNow));
  REQUIRE(std::holds_alternative<CodeReplayed>(second));
  CHECK(std::get<CodeReplayed>(second).grant.grant_id == "grant");
  CHECK(std::holds_alternative<CodeReplayed>(must(store.redeem_code("sig", kNow + 10 * kMinute))));
  must(store.sweep(kNow + 11 * kMinute));
  CHECK(std::holds_alternative<CodeReplayed>(must(store.redeem_code("sig", kNow + 11 * kMinute))));
  must(store.put_code("late", code("late")));
  CHECK(std::holds_alternative<CodeUnknown>(must(store.redeem_code("late", kNow + 10 * kMinute))));
}

void refresh_tokens(SessionStore& store) {
  CHECK(std::holds_alternative<RefreshUnknown>(must(store.find_refresh("r1", kNow))));
  must(store.put_refresh("r1", refresh()));
  // Looking does not use.
  REQUIRE(std::holds_alternative<RefreshToken>(must(store.find_refresh("r1", kNow))));
  REQUIRE(std::holds_alternative<RefreshToken>(must(store.find_refresh("r1", kNow))));
  CHECK(std::holds_alternative<RefreshUnknown>(must(store.find_refresh("r1", kNow + 60 * kMinute))));
  REQUIRE(std::holds_alternative<RefreshToken>(must(store.rotate_refresh("r1", "r2", refresh(), kNow))));
  CHECK(std::holds_alternative<RefreshReused>(must(store.find_refresh("r1", kNow))));
  CHECK(std::holds_alternative<RefreshToken>(must(store.find_refresh("r2", kNow))));
  // A second rotation stores nothing.
  const auto again = must(store.rotate_refresh("r1", "r3", refresh(), kNow));
  REQUIRE(std::holds_alternative<RefreshReused>(again));
  CHECK(std::get<RefreshReused>(again).grant.grant_id == "grant");
  CHECK(std::holds_alternative<RefreshUnknown>(must(store.find_refresh("r3", kNow))));
  CHECK(std::holds_alternative<RefreshUnknown>(must(store.rotate_refresh("nothing", "r4", refresh(), kNow))));
  CHECK(std::holds_alternative<RefreshUnknown>(must(store.rotate_refresh("r2", "r5", refresh(), kNow + 60 * kMinute))));
}

void revocation(SessionStore& store) {
  must(store.put_code("c", code()));
  must(store.put_refresh("r", refresh()));
  must(store.put_refresh("other", refresh("other grant")));
  must(store.put_upstream_tokens("session", tokens("github")));
  must(store.put_upstream_tokens("session 2", tokens("github")));
  CHECK_FALSE(must(store.is_grant_revoked("grant", kNow)));
  must(store.revoke_grant(grant()));
  CHECK(must(store.is_grant_revoked("grant", kNow)));
  CHECK_FALSE(must(store.is_grant_revoked("other grant", kNow)));
  CHECK(std::holds_alternative<RefreshReused>(must(store.find_refresh("r", kNow))));
  CHECK(std::holds_alternative<RefreshReused>(must(store.rotate_refresh("r", "r2", refresh(), kNow))));
  CHECK(std::holds_alternative<RefreshToken>(must(store.find_refresh("other", kNow))));
  CHECK(must(store.list_upstream_tokens("session", kNow)).empty());
  CHECK(must(store.list_upstream_tokens("session 2", kNow)).size() == 1);
  // A token that is stored late (a race with the replay that revoked) is dead on arrival.
  must(store.put_refresh("late", refresh()));
  CHECK_FALSE(std::holds_alternative<RefreshToken>(must(store.find_refresh("late", kNow))));
  must(store.revoke_grant(grant("never seen")));
  CHECK(must(store.is_grant_revoked("never seen", kNow)));
}

void upstream_tokens(SessionStore& store) {
  CHECK_FALSE(must(store.find_upstream_tokens("session", "github", kNow)).has_value());
  must(store.put_upstream_tokens("session", tokens("github", "a1", kNow + kMinute)));
  must(store.put_upstream_tokens("session", tokens("slack", "a2")));
  const auto found = must(store.find_upstream_tokens("session", "github", kNow));
  REQUIRE(found.has_value());
  CHECK(found->access_token.reveal() == "a1");
  CHECK(found->id_token.reveal() == "id");
  CHECK(found->expires_at == kNow + kMinute);
  CHECK(found->scopes == std::vector<std::string>{"a", "b"});
  CHECK(must(store.list_upstream_tokens("session", kNow)).size() == 2);
  CHECK_FALSE(must(store.find_upstream_tokens("session", "slack", kNow))->expires_at.has_value());
  // Past its access token's expiry the row stays for its refresh token, but not for ever.
  CHECK(must(store.find_upstream_tokens("session", "github", kNow + std::chrono::hours(24))).has_value());
  CHECK_FALSE(must(store.find_upstream_tokens("session", "github", kNow + std::chrono::hours(24 * 8))).has_value());

  CHECK_FALSE(must(store.replace_upstream_tokens("session", "not the one", tokens("github", "a3"))));
  CHECK(must(store.replace_upstream_tokens("session", "refresh", tokens("github", "a3"))));
  CHECK(must(store.find_upstream_tokens("session", "github", kNow))->access_token.reveal() == "a3");
  CHECK_FALSE(must(store.replace_upstream_tokens("session", "refresh", tokens("absent", "x"))));
  CHECK_FALSE(must(store.replace_upstream_tokens("no session", "refresh", tokens("github", "x"))));
  must(store.erase_session("session"));
  must(store.erase_session("session"));
  CHECK(must(store.list_upstream_tokens("session", kNow)).empty());
  CHECK_FALSE(must(store.replace_upstream_tokens("session", "refresh", tokens("github", "x"))));
}

void users(SessionStore& store) {
  const auto first = must(store.find_or_create_user("github", "sub", "id-1", kNow));
  CHECK(first.id == "id-1");
  CHECK(must(store.find_or_create_user("github", "sub", "id-2", kNow)).id == "id-1");
  CHECK(must(store.find_or_create_user("slack", "sub", "id-3", kNow)).id == "id-3");
  // No two pairs run into each other.
  CHECK(must(store.find_or_create_user("a", "b:c", "id-4", kNow)).id == "id-4");
  CHECK(must(store.find_or_create_user("a:b", "c", "id-5", kNow)).id == "id-5");
}

void once_keys(SessionStore& store) {
  CHECK(must(store.remember_once("jti", kNow + kMinute, kNow)));
  CHECK_FALSE(must(store.remember_once("jti", kNow + kMinute, kNow)));
  CHECK_FALSE(must(store.remember_once("jti", kNow + 5 * kMinute, kNow + kMinute - Seconds(1))));
  CHECK(must(store.remember_once("jti", kNow + 5 * kMinute, kNow + kMinute)));
  CHECK(must(store.remember_once("another", kNow + kMinute, kNow)));
}

void registrations(SessionStore& store) {
  CHECK_FALSE(must(store.find_registration("key", kNow)).has_value());
  UpstreamRegistration registration;
  registration.client_id = "us";
  registration.client_secret = Secret("secret");
  registration.token_endpoint_auth_method = "client_secret_basic";
  registration.secret_expires_at = kNow + kMinute;
  must(store.put_registration("key", std::move(registration)));
  const auto found = must(store.find_registration("key", kNow));
  REQUIRE(found.has_value());
  CHECK(found->client_id == "us");
  CHECK(found->client_secret->reveal() == "secret");
  CHECK_FALSE(must(store.find_registration("key", kNow + kMinute)).has_value());
  must(store.put_registration("public", {"us too", std::nullopt, "none", std::nullopt}));
  CHECK_FALSE(must(store.find_registration("public", kNow))->client_secret.has_value());
}

}  // namespace

void check_store_contract(const StoreFactory& make) {
  const auto store = make();
  SECTION("clients") { clients(*store); }
  SECTION("pending legs are taken once") { pending_legs(*store); }
  SECTION("abandoned logins take their tokens along") { abandoned_logins(*store); }
  SECTION("codes are redeemed once") { codes(*store); }
  SECTION("refresh tokens rotate once") { refresh_tokens(*store); }
  SECTION("a revoked grant is over") { revocation(*store); }
  SECTION("upstream tokens") { upstream_tokens(*store); }
  SECTION("users") { users(*store); }
  SECTION("single-use identifiers") { once_keys(*store); }
  SECTION("registrations at upstreams") { registrations(*store); }
}

}  // namespace vmcpauth::test
