#include "tests/contract/store_contract.hpp"

#include "tests/contract/store_records.hpp"
#include "tests/support/catch.hpp"

namespace vmcpauth::test {
namespace {

void clients(Store& store, const StoreRunner& go) {
  CHECK_FALSE(go.must(store.find_client("client")).has_value());
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
  go.must(store.put_client(client));
  const auto found = go.must(store.find_client("client"));
  REQUIRE(found.has_value());
  CHECK(found->secret_hash == "hash");
  CHECK(found->redirect_uris == client.redirect_uris);
  CHECK(found->scopes == client.scopes);
  CHECK(found->token_endpoint_auth_method.empty());
  CHECK(found->dcr_issued);
  CHECK(found->created_at == kNow);
  client.name = "New name";
  client.dcr_issued = false;
  go.must(store.put_client(client));
  CHECK(go.must(store.find_client("client"))->name == "New name");
  go.must(store.touch_client("client", kNow));
  go.must(store.touch_client("nobody", kNow));
  CHECK_FALSE(go.must(store.find_client("nobody")).has_value());
}

void pending_legs(Store& store, const StoreRunner& go) {
  go.must(store.put_pending(pending("state")));
  CHECK_FALSE(go.must(store.take_pending("other", kNow)).has_value());
  const auto taken = go.must(store.take_pending("state", kNow));
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
  CHECK_FALSE(go.must(store.take_pending("state", kNow)).has_value());
  go.must(store.put_pending(pending("late")));
  CHECK_FALSE(go.must(store.take_pending("late", kNow + 10 * kMinute)).has_value());
  CHECK_FALSE(go.must(store.take_pending("late", kNow)).has_value());
}

void abandoned_logins(Store& store, const StoreRunner& go) {
  for (const std::string session : {"half", "done"}) {
    go.must(store.put_upstream_tokens(session, tokens("github")));
    go.must(store.put_pending(pending("leg of " + session, session)));
  }
  go.must(store.put_code("sig", code("g", "done")));
  go.must(store.sweep(kNow + 10 * kMinute));
  CHECK(go.must(store.list_upstream_tokens("half", kNow)).empty());
  // Its code ran out unredeemed at the same moment.
  CHECK(go.must(store.list_upstream_tokens("done", kNow)).empty());

  go.must(store.put_upstream_tokens("kept", tokens("github")));
  go.must(store.put_code("sig2", code("g2", "kept")));
  REQUIRE(std::holds_alternative<AuthorizationCode>(go.must(store.redeem_code("sig2", kNow))));
  go.must(store.sweep(kNow + 20 * kMinute));
  CHECK(go.must(store.list_upstream_tokens("kept", kNow)).size() == 1);
}

void codes(Store& store, const StoreRunner& go) {
  CHECK(std::holds_alternative<CodeUnknown>(go.must(store.redeem_code("sig", kNow))));
  go.must(store.put_code("sig", code()));
  const auto first = go.must(store.redeem_code("sig", kNow));
  REQUIRE(std::holds_alternative<AuthorizationCode>(first));
  const auto& redeemed = std::get<AuthorizationCode>(first);
  CHECK(redeemed.code_challenge == "challenge");
  CHECK(redeemed.resource == "https://r");
  CHECK(redeemed.grant.session_id == "session");
  CHECK(redeemed.grant.scopes == std::vector<std::string>{"openid"});
  const auto second = go.must(store.redeem_code("sig", kNow));
  REQUIRE(std::holds_alternative<CodeReplayed>(second));
  CHECK(std::get<CodeReplayed>(second).grant.grant_id == "grant");
  CHECK(std::holds_alternative<CodeReplayed>(go.must(store.redeem_code("sig", kNow + 10 * kMinute))));
  go.must(store.sweep(kNow + 11 * kMinute));
  CHECK(std::holds_alternative<CodeReplayed>(go.must(store.redeem_code("sig", kNow + 11 * kMinute))));
  go.must(store.put_code("late", code("late")));
  CHECK(std::holds_alternative<CodeUnknown>(go.must(store.redeem_code("late", kNow + 10 * kMinute))));
}

void refresh_tokens(Store& store, const StoreRunner& go) {
  CHECK(std::holds_alternative<RefreshUnknown>(go.must(store.find_refresh("r1", kNow))));
  go.must(store.put_refresh("r1", refresh()));
  // Looking does not use.
  REQUIRE(std::holds_alternative<RefreshToken>(go.must(store.find_refresh("r1", kNow))));
  REQUIRE(std::holds_alternative<RefreshToken>(go.must(store.find_refresh("r1", kNow))));
  CHECK(std::holds_alternative<RefreshUnknown>(go.must(store.find_refresh("r1", kNow + 60 * kMinute))));
  REQUIRE(std::holds_alternative<RefreshToken>(go.must(store.rotate_refresh("r1", "r2", refresh(), kNow))));
  CHECK(std::holds_alternative<RefreshReused>(go.must(store.find_refresh("r1", kNow))));
  CHECK(std::holds_alternative<RefreshToken>(go.must(store.find_refresh("r2", kNow))));
  // A second rotation stores nothing.
  const auto again = go.must(store.rotate_refresh("r1", "r3", refresh(), kNow));
  REQUIRE(std::holds_alternative<RefreshReused>(again));
  CHECK(std::get<RefreshReused>(again).grant.grant_id == "grant");
  CHECK(std::holds_alternative<RefreshUnknown>(go.must(store.find_refresh("r3", kNow))));
  CHECK(std::holds_alternative<RefreshUnknown>(go.must(store.rotate_refresh("nothing", "r4", refresh(), kNow))));
  CHECK(std::holds_alternative<RefreshUnknown>(go.must(store.rotate_refresh("r2", "r5", refresh(), kNow + 60 * kMinute))));
}

void revocation(Store& store, const StoreRunner& go) {
  go.must(store.put_code("c", code()));
  go.must(store.put_refresh("r", refresh()));
  go.must(store.put_refresh("other", refresh("other grant")));
  go.must(store.put_upstream_tokens("session", tokens("github")));
  go.must(store.put_upstream_tokens("session 2", tokens("github")));
  CHECK_FALSE(go.must(store.is_grant_revoked("grant", kNow)));
  go.must(store.revoke_grant(grant(), kNow));
  CHECK(go.must(store.is_grant_revoked("grant", kNow)));
  CHECK_FALSE(go.must(store.is_grant_revoked("other grant", kNow)));
  CHECK(std::holds_alternative<RefreshReused>(go.must(store.find_refresh("r", kNow))));
  CHECK(std::holds_alternative<RefreshReused>(go.must(store.rotate_refresh("r", "r2", refresh(), kNow))));
  CHECK(std::holds_alternative<RefreshToken>(go.must(store.find_refresh("other", kNow))));
  CHECK(go.must(store.list_upstream_tokens("session", kNow)).empty());
  CHECK(go.must(store.list_upstream_tokens("session 2", kNow)).size() == 1);
  // A token that is stored late (a race with the replay that revoked) is dead on arrival.
  go.must(store.put_refresh("late", refresh()));
  CHECK_FALSE(std::holds_alternative<RefreshToken>(go.must(store.find_refresh("late", kNow))));
  go.must(store.revoke_grant(grant("never seen"), kNow));
  CHECK(go.must(store.is_grant_revoked("never seen", kNow)));
  // One that names no session leaves the tokens of all.
  go.must(store.revoke_grant(grant("without session", ""), kNow));
  CHECK(go.must(store.is_grant_revoked("without session", kNow)));
  CHECK(go.must(store.list_upstream_tokens("session 2", kNow)).size() == 1);
}

// Rotation keeps a grant alive for longer than a revoked one is remembered; its end counts from when it came.
void revocation_of_an_old_grant(Store& store, const StoreRunner& go) {
  const auto later = kNow + std::chrono::hours(24 * 90);
  RefreshToken token = refresh("old grant");
  token.issued_at = later - kMinute;
  token.expires_at = later + 60 * kMinute;
  go.must(store.put_refresh("rotated often", token));
  REQUIRE(std::holds_alternative<RefreshToken>(go.must(store.find_refresh("rotated often", later))));
  go.must(store.revoke_grant(token.grant, later));
  CHECK(go.must(store.is_grant_revoked("old grant", later)));
  CHECK(std::holds_alternative<RefreshReused>(go.must(store.find_refresh("rotated often", later))));
  CHECK(std::holds_alternative<RefreshReused>(go.must(store.rotate_refresh("rotated often", "next", token, later))));
}

void upstream_tokens(Store& store, const StoreRunner& go) {
  CHECK_FALSE(go.must(store.find_upstream_tokens("session", "github", kNow)).has_value());
  go.must(store.put_upstream_tokens("session", tokens("github", "a1", kNow + kMinute)));
  go.must(store.put_upstream_tokens("session", tokens("slack", "a2")));
  const auto found = go.must(store.find_upstream_tokens("session", "github", kNow));
  REQUIRE(found.has_value());
  CHECK(found->access_token.reveal() == "a1");
  CHECK(found->id_token.reveal() == "id");
  CHECK(found->expires_at == kNow + kMinute);
  CHECK(found->scopes == std::vector<std::string>{"a", "b"});
  CHECK(go.must(store.list_upstream_tokens("session", kNow)).size() == 2);
  CHECK_FALSE(go.must(store.find_upstream_tokens("session", "slack", kNow))->expires_at.has_value());
  // Past its access token's expiry the row stays for its refresh token, but not for ever.
  CHECK(go.must(store.find_upstream_tokens("session", "github", kNow + std::chrono::hours(24))).has_value());
  CHECK_FALSE(go.must(store.find_upstream_tokens("session", "github", kNow + std::chrono::hours(24 * 31))).has_value());

  CHECK_FALSE(go.must(store.replace_upstream_tokens("session", "not the one", tokens("github", "a3"))));
  CHECK(go.must(store.replace_upstream_tokens("session", "refresh", tokens("github", "a3"))));
  CHECK(go.must(store.find_upstream_tokens("session", "github", kNow))->access_token.reveal() == "a3");
  CHECK_FALSE(go.must(store.replace_upstream_tokens("session", "refresh", tokens("absent", "x"))));
  CHECK_FALSE(go.must(store.replace_upstream_tokens("no session", "refresh", tokens("github", "x"))));
  go.must(store.erase_session("session"));
  go.must(store.erase_session("session"));
  CHECK(go.must(store.list_upstream_tokens("session", kNow)).empty());
  CHECK_FALSE(go.must(store.replace_upstream_tokens("session", "refresh", tokens("github", "x"))));
}

void use(Store& store, const StoreRunner& go) {
  go.must(store.touch_session("nobody", kNow));
  CHECK(go.must(store.list_upstream_tokens("nobody", kNow)).empty());
  auto row = tokens("github");
  row.created_at = kNow;
  row.last_refresh = RefreshReport{kNow, false, "invalid_grant"};
  go.must(store.put_upstream_tokens("session", std::move(row)));
  CHECK_FALSE(go.must(store.find_upstream_tokens("session", "github", kNow))->last_used_at.has_value());
  go.must(store.touch_session("session", kNow + kMinute));
  // A later leg says nothing about use.
  go.must(store.put_upstream_tokens("session", tokens("slack")));
  const auto found = go.must(store.find_upstream_tokens("session", "github", kNow));
  REQUIRE(found.has_value());
  CHECK(found->last_used_at == kNow + kMinute);
  CHECK(found->created_at == kNow);
  CHECK(found->user_name == "Ada");
  CHECK(found->user_email == "a@b");
  REQUIRE(found->last_refresh.has_value());
  CHECK(found->last_refresh->at == kNow);
  CHECK_FALSE(found->last_refresh->succeeded);
  CHECK(found->last_refresh->detail == "invalid_grant");
  for (const auto& other : go.must(store.list_upstream_tokens("session", kNow))) CHECK(other.last_used_at == kNow + kMinute);
}

void refresh_claims(Store& store, const StoreRunner& go) {
  CHECK_FALSE(go.must(store.claim_refresh("session", "github", "a", kNow, kNow + kMinute)));
  go.must(store.put_upstream_tokens("session", tokens("github")));
  go.must(store.put_upstream_tokens("session", tokens("slack")));
  CHECK(go.must(store.claim_refresh("session", "github", "a", kNow, kNow + kMinute)));
  CHECK_FALSE(go.must(store.claim_refresh("session", "github", "b", kNow, kNow + kMinute)));
  CHECK_FALSE(go.must(store.claim_refresh("session", "github", "a", kNow, kNow + kMinute)));
  CHECK(go.must(store.claim_refresh("session", "slack", "b", kNow, kNow + kMinute)));
  // Only the owner gives back.
  go.must(store.end_refresh("session", "github", "b", RefreshReport{kNow, false, "not mine to say"}));
  CHECK_FALSE(go.must(store.claim_refresh("session", "github", "b", kNow, kNow + kMinute)));
  CHECK_FALSE(go.must(store.find_upstream_tokens("session", "github", kNow))->last_refresh.has_value());
  go.must(store.end_refresh("session", "github", "a", RefreshReport{kNow, false, "invalid_grant"}));
  CHECK(go.must(store.find_upstream_tokens("session", "github", kNow))->last_refresh->detail == "invalid_grant");
  CHECK(go.must(store.find_upstream_tokens("session", "github", kNow))->access_token.reveal() == "access");
  CHECK(go.must(store.claim_refresh("session", "github", "b", kNow, kNow + kMinute)));
  // Who died holding it holds it no longer than said.
  CHECK_FALSE(go.must(store.claim_refresh("session", "github", "c", kNow + kMinute - Seconds(1), kNow + 2 * kMinute)));
  CHECK(go.must(store.claim_refresh("session", "github", "c", kNow + kMinute, kNow + 2 * kMinute)));
  go.must(store.end_refresh("session", "github", "b", std::nullopt));
  CHECK_FALSE(go.must(store.claim_refresh("session", "github", "d", kNow + kMinute, kNow + 2 * kMinute)));
  go.must(store.end_refresh("no session", "github", "b", std::nullopt));
}

void users(Store& store, const StoreRunner& go) {
  const auto first = go.must(store.find_or_create_user("github", "sub", "id-1", kNow));
  CHECK(first.id == "id-1");
  CHECK(go.must(store.find_or_create_user("github", "sub", "id-2", kNow)).id == "id-1");
  CHECK(go.must(store.find_or_create_user("slack", "sub", "id-3", kNow)).id == "id-3");
  // No two pairs run into each other.
  CHECK(go.must(store.find_or_create_user("a", "b:c", "id-4", kNow)).id == "id-4");
  CHECK(go.must(store.find_or_create_user("a:b", "c", "id-5", kNow)).id == "id-5");
}

void once_keys(Store& store, const StoreRunner& go) {
  CHECK(go.must(store.remember_once("jti", kNow + kMinute, kNow)));
  CHECK_FALSE(go.must(store.remember_once("jti", kNow + kMinute, kNow)));
  CHECK_FALSE(go.must(store.remember_once("jti", kNow + 5 * kMinute, kNow + kMinute - Seconds(1))));
  CHECK(go.must(store.remember_once("jti", kNow + 5 * kMinute, kNow + kMinute)));
  CHECK(go.must(store.remember_once("another", kNow + kMinute, kNow)));
}

void registrations(Store& store, const StoreRunner& go) {
  CHECK_FALSE(go.must(store.find_registration("key", kNow)).has_value());
  UpstreamRegistration registration;
  registration.client_id = "us";
  registration.client_secret = Secret("secret");
  registration.token_endpoint_auth_method = "client_secret_basic";
  registration.secret_expires_at = kNow + kMinute;
  go.must(store.put_registration("key", std::move(registration)));
  const auto found = go.must(store.find_registration("key", kNow));
  REQUIRE(found.has_value());
  CHECK(found->client_id == "us");
  CHECK(found->client_secret->reveal() == "secret");
  CHECK_FALSE(go.must(store.find_registration("key", kNow + kMinute)).has_value());
  go.must(store.put_registration("public", {"us too", std::nullopt, "none", std::nullopt}));
  CHECK_FALSE(go.must(store.find_registration("public", kNow))->client_secret.has_value());
}

void kept_values(Store& store, const StoreRunner& go) {
  CHECK(go.must(store.keep("keys", Secret("first"))).reveal() == "first");
  CHECK(go.must(store.keep("keys", Secret("second"))).reveal() == "first");
  CHECK(go.must(store.keep("other", Secret("second"))).reveal() == "second");
}

}  // namespace

void check_store_contract(const StoreFactory& make, StoreRunner go) {
  const auto store = make();
  SECTION("clients") { clients(*store, go); }
  SECTION("pending legs are taken once") { pending_legs(*store, go); }
  SECTION("abandoned logins take their tokens along") { abandoned_logins(*store, go); }
  SECTION("codes are redeemed once") { codes(*store, go); }
  SECTION("refresh tokens rotate once") { refresh_tokens(*store, go); }
  SECTION("a revoked grant is over") { revocation(*store, go); }
  SECTION("revocation of an old grant") { revocation_of_an_old_grant(*store, go); }
  SECTION("upstream tokens") { upstream_tokens(*store, go); }
  SECTION("the use of a session is kept") { use(*store, go); }
  SECTION("a refresh is claimed once") { refresh_claims(*store, go); }
  SECTION("users") { users(*store, go); }
  SECTION("single-use identifiers") { once_keys(*store, go); }
  SECTION("kept values") { kept_values(*store, go); }
  SECTION("registrations at upstreams") { registrations(*store, go); }
}

}  // namespace vmcpauth::test
