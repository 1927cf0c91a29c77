#include <algorithm>
#include <future>
#include <set>

#include "tests/contract/redis_world.hpp"
#include "tests/contract/store_contract.hpp"
#include "tests/contract/store_records.hpp"
#include "tests/support/redis_servers.hpp"

namespace {

using namespace vmcpauth;

using test::RedisWorld;

void check_both(test::RedisServers& servers) {
  RedisWorld world(servers.settings());
  const auto make = [&] { return world(); };
  SECTION("store") { test::check_store_contract(make, world.runner()); }
  SECTION("browser") { test::check_browser_contract(make, world.runner()); }
}

}  // namespace

TEST_CASE("store contract: Redis") {
  static test::PlainRedis redis;
  check_both(redis);
}

TEST_CASE("store contract: Redis with a password and another database") {
  static test::PasswordRedis redis;
  RedisWorld world(redis.settings());
  test::check_store_contract([&] { return world(); }, world.runner());
}

TEST_CASE("store contract: Redis over TLS as an ACL user") {
  static test::TlsRedis redis;
  check_both(redis);
}

TEST_CASE("store contract: Redis Cluster") {
  static test::ClusterRedis redis;
  check_both(redis);
}

TEST_CASE("store contract: Redis behind Sentinel") {
  static test::SentinelRedis redis;
  RedisWorld world(redis.settings());
  test::check_store_contract([&] { return world(); }, world.runner());
}

TEST_CASE("redis: a login goes on after a failover in its middle") {
  test::SentinelRedis redis;
  RedisWorld world(redis.settings());
  const auto store = world();
  const auto go = world.runner();
  go.must(store->put_pending(test::pending("leg 1")));
  REQUIRE(go.must(store->take_pending("leg 1", test::kNow)).has_value());
  go.must(store->put_upstream_tokens("session", test::tokens("github")));
  go.must(store->put_pending(test::pending("leg 2")));
  // What the replica has is what survives.
  proxy::IoPool& pool = *go.pool;
  std::vector<store::redis::Command> wait{{"WAIT", "1", "5000"}};
  auto replicated = pool.run(world.client().run(std::move(wait), store::redis::Repeat::Harmless));
  REQUIRE(replicated.has_value());
  REQUIRE((*replicated)[0].integer == 1);

  redis.kill_master();
  REQUIRE(go.must(store->take_pending("leg 2", test::kNow)).has_value());
  CHECK_FALSE(go.must(store->take_pending("leg 2", test::kNow)).has_value());
  CHECK(go.must(store->list_upstream_tokens("session", test::kNow)).size() == 1);
  go.must(store->put_code("code", test::code()));
  CHECK(std::holds_alternative<store::AuthorizationCode>(go.must(store->redeem_code("code", test::kNow))));
}

TEST_CASE("redis: a slot moves to another node in the middle of a login") {
  test::ClusterRedis redis;
  RedisWorld world(redis.settings());
  const auto store = world();
  const auto go = world.runner();
  go.must(store->put_pending(test::pending("leg-2")));
  go.must(store->put_upstream_tokens("session", test::tokens("github")));
  go.must(store->put_upstream_tokens("session", test::tokens("slack")));
  go.must(store->touch_session("session", test::kNow));
  redis.start_moving(world.prefix() + "any");
  // Wherever a row is just now, it is found: those that have gone are asked for at the other node, and only those.
  int steps = 0;
  do {
    INFO(steps << " keys have moved");
    CHECK(go.must(store->list_upstream_tokens("session", test::kNow)).size() == 2);
    CHECK(go.must(store->find_upstream_tokens("session", "slack", test::kNow)).has_value());
    const auto view = go.must(store->find_session("session"));
    REQUIRE(view.has_value());
    CHECK(view->rows.size() == 2);
  } while (++steps < 5 && redis.move_one_key());
  REQUIRE(steps == 5);
  // What touches several keys waits until they are in one place again; then it is done once.
  auto taken = std::async(std::launch::async, [&] { return go.run(store->take_pending("leg-2", test::kNow)); });
  redis.finish_moving();
  const auto leg = taken.get();
  REQUIRE(leg.has_value());
  CHECK(leg->has_value());
  CHECK_FALSE(go.must(store->take_pending("leg-2", test::kNow)).has_value());
  go.must(store->put_upstream_tokens("session", test::tokens("third")));
  CHECK(go.must(store->list_upstream_tokens("session", test::kNow)).size() == 3);
  go.must(store->put_code("code", test::code()));
  CHECK(std::holds_alternative<store::AuthorizationCode>(go.must(store->redeem_code("code", test::kNow))));
}

TEST_CASE("redis: whichever node of a cluster is named first, the keys are scanned where they are") {
  static test::ClusterRedis redis;
  RedisWorld world(redis.settings());
  const auto store = world();
  const auto go = world.runner();
  for (int i = 0; i < 60; ++i) go.must(store->put_upstream_tokens("s" + std::to_string(100 + i), test::tokens("github")));
  auto settings = redis.settings();
  for (std::size_t turn = 0; turn < settings.endpoints.size(); ++turn) {
    INFO(turn);
    std::ranges::rotate(settings.endpoints, settings.endpoints.begin() + 1);
    RedisWorld fresh(settings.clone());
    test::FakeClock clock;
    store::RedisStore reading(fresh.client(), *store::redis::Keys::with_prefix(world.prefix()), clock, store::RedisStore::Access::ReadOnly);
    std::set<std::string> seen;
    std::optional<std::string> cursor = "";
    while (cursor) {
      auto page = fresh.runner().must(reading.scan_sessions(*cursor, 10, {}));
      for (const auto& session : page.sessions) seen.insert(session.session_id);
      cursor = page.next;
    }
    CHECK(seen.size() == 60);
    CHECK(fresh.runner().must(reading.count_sessions()) == 60);
  }
}

TEST_CASE("redis: what is wrong is said") {
  static test::PasswordRedis redis;
  struct Case {
    const char* name;
    std::function<void(proxy::RedisSettings&)> spoil;
    ErrorCode code;
    const char* says;
  };
  const Case cases[] = {
      {"wrong password", [](auto& s) { s.password = Secret("wrong"); }, ErrorCode::Unavailable, "refuses user or password"},
      {"no password", [](auto& s) { s.password = Secret(); }, ErrorCode::Unavailable, "asks for a password"},
      {"unknown user", [](auto& s) { s.user = "nobody"; }, ErrorCode::Unavailable, "refuses user or password"},
      {"database beyond the last", [](auto& s) { s.database = 99; }, ErrorCode::Unavailable, "SELECT"},
      {"nobody there", [](auto& s) { s.endpoints[0].port = static_cast<std::uint16_t>(test::free_port()); }, ErrorCode::Unavailable, "Connection refused"},
      {"no sentinel",
       [](auto& s) {
         s.mode = proxy::RedisMode::Sentinel;
         s.master_name = "mymaster";
         s.password = Secret();
       },
       ErrorCode::Unavailable, "sentinel"},
  };
  for (const auto& c : cases) {
    INFO(c.name);
    auto settings = redis.settings();
    settings.patience = std::chrono::milliseconds(200);
    c.spoil(settings);
    RedisWorld world(std::move(settings));
    const auto store = world();
    const auto found = world.runner().run(store->find_client("x"));
    REQUIRE_FALSE(found.has_value());
    CHECK(found.error().code() == c.code);
    INFO(found.error().describe());
    CHECK(found.error().describe().find(c.says) != std::string::npos);
    CHECK(found.error().describe().find("only a password") == std::string::npos);
  }
}
