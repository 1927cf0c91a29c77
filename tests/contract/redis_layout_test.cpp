// REFERENCE.md §8, row by row: what ToolHive would write is read, and what we write is what ToolHive would read.
#include <algorithm>
#include <set>

#include "core/store/once_key.hpp"
#include "tests/contract/redis_world.hpp"
#include "tests/contract/store_records.hpp"
#include "tests/support/redis_servers.hpp"

namespace {

using namespace vmcpauth;
using namespace vmcpauth::test;

constexpr std::int64_t kDay = 86'400'000;  // ms

struct Layout {
  static RedisServers& server() {
    static PlainRedis redis;
    return redis;
  }
  RedisWorld world{server().settings()};
  std::unique_ptr<store::Store> store = world();
  StoreRunner go = world.runner();
  std::string p = world.prefix();

  std::string get(const std::string& key) { return world.command({"GET", p + key}).text; }
  void put(const std::string& key, const std::string& value) { world.command({"SET", p + key, value}); }
  std::int64_t pttl(const std::string& key) { return world.command({"PTTL", p + key}).integer; }
  // Within a second of it, for the time the test takes.
  bool lives(const std::string& key, std::int64_t ms) {
    const auto left = pttl(key);
    INFO(key << " has " << left);
    return left > ms - 5'000 && left <= ms;
  }
  std::set<std::string> members(const std::string& key) {
    std::set<std::string> out;
    for (const auto& item : world.command({"SMEMBERS", p + key}).items) out.insert(item.text);
    return out;
  }
  // Every key of the server but those of ours, without the prefix.
  std::set<std::string> keys() {
    std::set<std::string> out;
    std::string cursor = "0";
    do {
      auto reply = world.command({"SCAN", cursor, "MATCH", store::redis::match_literally(p) + "*", "COUNT", "100"});
      for (const auto& key : reply.items[1].items) {
        const auto name = key.text.substr(p.size());
        if (!name.starts_with("vmcpauth:")) out.insert(name);
      }
      cursor = reply.items[0].text;
    } while (cursor != "0");
    return out;
  }
};

}  // namespace

TEST_CASE_METHOD(Layout, "redis layout: the prefix holds the server's name as hash tag") { CHECK(p.starts_with("thv:auth:{test:")); }

TEST_CASE_METHOD(Layout, "redis layout: upstream tokens are written as ToolHive writes them") {
  auto row = tokens("github", "access", kNow + Seconds(3600));
  go.must(store->put_upstream_tokens("tsid-1", std::move(row)));
  CHECK(keys() == std::set<std::string>{"upstream:tsid-1:github", "upstream:idx:tsid-1", "user:upstream:user"});
  CHECK(get("upstream:tsid-1:github") == R"({"provider_id":"github","access_token":"access","refresh_token":"refresh","id_token":"id","expires_at":1800003600,)"
                                         R"("session_expires_at":1800604800,"user_id":"user","upstream_subject":"subject","client_id":"client"})");
  CHECK(lives("upstream:tsid-1:github", 3'600'000 + 30 * kDay));
  CHECK(members("upstream:idx:tsid-1") == std::set{p + "upstream:tsid-1:github"});
  CHECK(members("user:upstream:user") == std::set{p + "upstream:tsid-1:github"});
  CHECK(lives("upstream:idx:tsid-1", 3'600'000 + 30 * kDay));
}

TEST_CASE_METHOD(Layout, "redis layout: how long rows and their index live") {
  struct Case {
    std::optional<TimePoint> expires_at, session_expires_at;
    std::int64_t ttl;  // -1: for ever
  };
  const Case cases[] = {{kNow + Seconds(60), kNow + Seconds(7200), 60'000 + 30 * kDay},
                        {std::nullopt, kNow + Seconds(7200), 7'200'000 + 30 * kDay},
                        {std::nullopt, std::nullopt, -1},
                        {kNow - std::chrono::hours(24 * 60), std::nullopt, 1'000}};
  int i = 0;
  for (const auto& c : cases) {
    auto row = tokens("github");
    row.expires_at = c.expires_at;
    row.session_expires_at = c.session_expires_at;
    const auto session = "s" + std::to_string(++i);
    go.must(store->put_upstream_tokens(session, std::move(row)));
    if (c.ttl < 0) {
      CHECK(pttl("upstream:" + session + ":github") == -1);
      CHECK(pttl("upstream:idx:" + session) == -1);
    } else {
      CHECK(lives("upstream:" + session + ":github", c.ttl));
      CHECK(lives("upstream:idx:" + session, c.ttl));
    }
  }
  // The index is never shorter-lived than its members, and never shortened.
  go.must(store->put_upstream_tokens("s1", tokens("slack", "a", kNow + std::chrono::hours(24 * 10))));
  CHECK(lives("upstream:idx:s1", 40 * kDay));
  go.must(store->put_upstream_tokens("s1", tokens("other", "a", kNow + Seconds(60))));
  CHECK(lives("upstream:idx:s1", 40 * kDay));
  auto forever = tokens("forever");
  forever.session_expires_at.reset();
  go.must(store->put_upstream_tokens("s1", std::move(forever)));
  CHECK(pttl("upstream:idx:s1") == -1);
  go.must(store->put_upstream_tokens("s1", tokens("last", "a", kNow + Seconds(60))));
  CHECK(pttl("upstream:idx:s1") == -1);
}

TEST_CASE_METHOD(Layout, "redis layout: a row that changes its user changes the sets of users") {
  go.must(store->put_upstream_tokens("s", tokens("github")));
  auto other = tokens("github");
  other.user_id = "another";
  go.must(store->put_upstream_tokens("s", std::move(other)));
  CHECK(members("user:upstream:user").empty());
  CHECK(members("user:upstream:another") == std::set{p + "upstream:s:github"});
  go.must(store->erase_session("s"));
  CHECK(keys().empty());
}

TEST_CASE_METHOD(Layout, "redis layout: rows written by hand are read") {
  put("upstream:live:github",
      R"({"provider_id":"github","access_token":"gho","refresh_token":"ghr","id_token":"","expires_at":1800000060,"session_expires_at":0,)"
      R"("user_id":"u1","upstream_subject":"sub","client_id":"c1"})");
  put("upstream:live:slack", "null");
  put("upstream:live:broken", "{\"provider_id\":");
  for (const auto* provider : {"github", "slack", "broken", "gone"}) world.command({"SADD", p + "upstream:idx:live", p + "upstream:live:" + provider});
  world.command({"SADD", p + "upstream:idx:live", "thv:auth:{other:server}:upstream:live:github"});
  const auto rows = go.must(store->list_upstream_tokens("live", kNow));
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].provider == "github");
  CHECK(rows[0].access_token.reveal() == "gho");
  CHECK(rows[0].refresh_token.reveal() == "ghr");
  CHECK(rows[0].id_token.empty());
  CHECK(rows[0].expires_at == kNow + Seconds(60));
  CHECK_FALSE(rows[0].session_expires_at.has_value());
  CHECK(rows[0].user_id == "u1");
  CHECK(rows[0].scopes.empty());
  CHECK_FALSE(go.must(store->find_upstream_tokens("live", "slack", kNow)).has_value());
  CHECK_FALSE(go.run(store->find_upstream_tokens("live", "broken", kNow)).has_value());
  const auto view = go.must(store->find_session("live"));
  REQUIRE(view.has_value());
  CHECK(view->deleted_providers == std::vector<std::string>{"slack"});
  CHECK(view->damaged_providers == std::vector<std::string>{"broken"});
  // Used, and refreshed, like one of ours.
  go.must(store->touch_session("live", kNow));
  CHECK(go.must(store->claim_refresh("live", "github", "me", kNow, kNow + Seconds(30))));
  go.must(store->end_refresh("live", "github", "me", RefreshReport{kNow, false, "no"}));
  const auto seen = go.must(store->find_upstream_tokens("live", "github", kNow));
  CHECK(seen->last_used_at == kNow);
  CHECK(seen->last_refresh->detail == "no");
  CHECK(go.must(store->replace_upstream_tokens("live", "ghr", tokens("github", "new"))));
}

TEST_CASE_METHOD(Layout, "redis layout: clients") {
  Client client;
  client.id = "c1";
  client.redirect_uris = {"http://127.0.0.1/cb"};
  client.grant_types = {"authorization_code"};
  client.response_types = {"code"};
  client.scopes = {"openid"};
  client.audiences = {"https://r"};
  client.dcr_issued = true;
  client.created_at = kNow;
  go.must(store->put_client(client));
  CHECK(get("client:c1") == R"({"id":"c1","redirect_uris":["http://127.0.0.1/cb"],"grant_types":["authorization_code"],"response_types":["code"],)"
                            R"("scopes":["openid"],"audience":["https://r"],"public":true,"token_endpoint_auth_method":"none","dcr_issued":true})");
  CHECK(lives("client:c1", 30 * kDay));
  client.id = "c2";
  client.dcr_issued = false;
  client.secret_hash = "hash";
  client.token_endpoint_auth_method = "client_secret_basic";
  go.must(store->put_client(client));
  CHECK(get("client:c2").starts_with(R"({"id":"c2","secret":"aGFzaA==","redirect_uris")"));
  CHECK(pttl("client:c2") == -1);
  go.must(store->touch_client("c2", kNow));
  CHECK(pttl("client:c2") == -1);

  put("client:old", R"({"id":"old","redirect_uris":["http://x/cb"],"grant_types":null,"response_types":["code"],"scopes":[],"audience":null,"public":true})");
  const auto permanent = go.must(store->find_client("old"));
  REQUIRE(permanent.has_value());
  CHECK_FALSE(permanent->dcr_issued);
  CHECK(permanent->token_endpoint_auth_method == "none");
  world.command({"PEXPIRE", p + "client:old", "100000"});
  CHECK(go.must(store->find_client("old"))->dcr_issued);
  // Doubt makes a client confidential.
  put("client:odd", R"({"id":"odd","public":true,"token_endpoint_auth_method":"client_secret_post"})");
  CHECK(go.must(store->find_client("odd"))->secret_hash.has_value());
  put("client:bad", "[]");
  CHECK_FALSE(go.run(store->find_client("bad")).has_value());
}

TEST_CASE_METHOD(Layout, "redis layout: logins, codes and refresh tokens") {
  go.must(store->put_pending(pending("state-1")));
  CHECK(get("pending:state-1") ==
        R"({"client_id":"client","redirect_uri":"http://127.0.0.1/cb","state":"client state é","pkce_challenge":"challenge","pkce_method":"S256",)"
        R"("scopes":["openid","offline_access"],"internal_state":"state-1","upstream_pkce_verifier":"verifier","upstream_nonce":"un",)"
        R"("upstream_provider_name":"github","session_id":"session","resolved_user_id":"user","resolved_user_name":"Ada",)"
        R"("resolved_user_email":"a@b","created_at":1800000000})");
  CHECK(lives("pending:state-1", 600'000));

  go.must(store->put_code("sig-1", code()));
  CHECK(get("authcode:sig-1").find(R"("request_id":"grant","session":{"JWTClaims":{"Subject":"user")") != std::string::npos);
  CHECK(get("authcode:sig-1").find(R"("ExpiresAt":{"authorize_code":"2027-01-15T08:10:00Z"})") != std::string::npos);
  CHECK(lives("authcode:sig-1", 600'000));
  go.must(store->redeem_code("sig-1", kNow));
  CHECK(get("invalidated:sig-1") == "1");
  CHECK(lives("invalidated:sig-1", 1'800'000));
  CHECK(lives("authcode:sig-1", 1'800'000));

  go.must(store->put_refresh("r-1", refresh()));
  CHECK(get("refresh:r-1").find(R"("granted_scopes":["openid"])") != std::string::npos);
  CHECK(lives("refresh:r-1", 3'600'000));
  CHECK(members("reqid:refresh:grant") == std::set<std::string>{"r-1"});
  go.must(store->rotate_refresh("r-1", "r-2", refresh(), kNow));
  CHECK(get("refresh:r-1").empty());
  CHECK(members("reqid:refresh:grant") == std::set<std::string>{"r-2"});
  world.command({"SET", p + "access:a-1", "{}"});
  world.command({"SADD", p + "reqid:access:grant", "a-1"});
  go.must(store->revoke_grant(grant(), kNow));
  CHECK(get("access:a-1").empty());
  CHECK(get("refresh:r-2").empty());
  CHECK(keys() == std::set<std::string>{"pending:state-1", "authcode:sig-1", "invalidated:sig-1"});
}

TEST_CASE_METHOD(Layout, "redis layout: users, identities, single use and registrations") {
  go.must(store->find_or_create_user("git:hub", "sub:1", "uuid-1", kNow));
  CHECK(get("user:uuid-1") == R"({"id":"uuid-1","created_at":1800000000,"updated_at":1800000000})");
  CHECK(get("provider:7:git:hub:sub:1") ==
        R"({"user_id":"uuid-1","provider_id":"git:hub","provider_subject":"sub:1","linked_at":1800000000,"last_used_at":1800000000})");
  CHECK(members("user:providers:uuid-1") == std::set{p + "provider:7:git:hub:sub:1"});
  put("provider:6:github:42", R"({"user_id":"theirs","provider_id":"github","provider_subject":"42","linked_at":1,"last_used_at":1})");
  CHECK(go.must(store->find_or_create_user("github", "42", "uuid-2", kNow)).id == "theirs");
  CHECK(get("provider:6:github:42").find("1800000000") != std::string::npos);

  // What ToolHive noted as used is used here, and the other way round.
  const auto key = once_key({"jwt-bearer", "https://issuer", "jti-1"});
  CHECK(key == "10:jwt-bearer14:https://issuer5:jti-1");
  put("assertion-jwt:" + once_digest(key), "1");
  CHECK_FALSE(go.must(store->remember_once(key, kNow + Seconds(60), kNow)));
  const auto fresh = once_key({"jwt-bearer", "https://issuer", "jti-2"});
  CHECK(go.must(store->remember_once(fresh, kNow + Seconds(60), kNow)));
  CHECK(lives("assertion-jwt:" + once_digest(fresh), 60'000));

  UpstreamRegistration registration;
  registration.client_id = "us";
  registration.client_secret = Secret("secret");
  registration.token_endpoint_auth_method = "client_secret_basic";
  registration.secret_expires_at = kNow + Seconds(90);
  go.must(store->put_registration("8:https://:3:up1:2:cb:abc", std::move(registration)));
  CHECK(get("dcr:8:https://:3:up1:2:cb:abc") ==
        R"({"key_issuer":"https://","key_upstream_id":"up1","key_redirect_uri":"cb","key_scopes_hash":"abc","client_id":"us",)"
        R"("client_secret":"secret","token_endpoint_auth_method":"client_secret_basic","created_at":1800000000,"client_secret_expires_at":1800000090})");
  CHECK(lives("dcr:8:https://:3:up1:2:cb:abc", 90'000));
}

TEST_CASE_METHOD(Layout, "redis layout: opened for reading, nothing is changed") {
  go.must(store->put_upstream_tokens("s", tokens("github")));
  auto made = store::redis::Keys::with_prefix(p);
  FakeClock clock;
  store::RedisStore reading(world.client(), *made, clock, store::RedisStore::Access::ReadOnly);
  CHECK(go.must(reading.list_upstream_tokens("s", kNow)).size() == 1);
  CHECK(go.run(reading.erase_session("s")).error().code() == ErrorCode::Forbidden);
  CHECK(go.run(reading.erase_row("s", "github")).error().code() == ErrorCode::Forbidden);
  CHECK(go.run(reading.put_upstream_tokens("s", tokens("slack"))).error().code() == ErrorCode::Forbidden);
  CHECK(go.run(reading.import_records(test::one_record(UpstreamRecord{"s", tokens("slack")}), kNow)).error().code() == ErrorCode::Forbidden);
  CHECK(go.run(reading.sweep(kNow)).error().code() == ErrorCode::Forbidden);
  CHECK(go.must(store->list_upstream_tokens("s", kNow)).size() == 1);
}
