#include "core/store/memory_store.hpp"

#include <atomic>
#include <thread>

#include "core/store/expiring_table.hpp"
#include "tests/support/catch.hpp"

using namespace vmcpauth;
using namespace vmcpauth::store;

namespace {

constexpr TimePoint kNow = from_unix_seconds(1'800'000'000);

template <class T>
Result<T> done(Task<Result<T>> task) {
  auto result = run_ready(std::move(task));
  REQUIRE(result.has_value());
  return *std::move(result);
}

Client client(int n, TimePoint at, bool dcr = true) {
  Client out;
  out.id = std::to_string(n);
  out.dcr_issued = dcr;
  out.created_at = at;
  return out;
}

PendingAuthorization pending(int n, TimePoint at) {
  PendingAuthorization out;
  out.internal_state = std::to_string(n);
  out.session_id = "s" + std::to_string(n);
  out.expires_at = at;
  return out;
}

UpstreamTokens tokens() {
  UpstreamTokens row;
  row.provider = "p";
  row.session_expires_at = kNow;
  return row;
}

RefreshToken refresh(int n, TimePoint expires_at) {
  RefreshToken token;
  token.grant.grant_id = "g" + std::to_string(n);
  token.grant.created_at = kNow;
  token.expires_at = expires_at;
  return token;
}

}  // namespace

TEST_CASE("memory store: at the bound the pending login that expires soonest goes, with its tokens") {
  MemoryStore store({.pending = 3});
  REQUIRE(done(store.put_upstream_tokens("s1", tokens())));
  for (int i = 1; i <= 4; ++i) REQUIRE(done(store.put_pending(pending(i, kNow + Seconds(i)))));
  CHECK(store.sizes().pending == 3);
  CHECK(store.sizes().sessions == 0);
  CHECK_FALSE(done(store.take_pending("1", kNow))->has_value());
  CHECK(done(store.take_pending("4", kNow))->has_value());
}

TEST_CASE("memory store: a full client table drops idle registered clients only, and only aged ones") {
  MemoryStore store({.clients = 3});
  REQUIRE(done(store.put_client(client(0, kNow, false))));
  REQUIRE(done(store.put_client(client(1, kNow))));
  REQUIRE(done(store.put_client(client(2, kNow + Seconds(1)))));
  const auto young = done(store.put_client(client(3, kNow + Seconds(3599))));
  REQUIRE_FALSE(young.has_value());
  CHECK(young.error().code() == ErrorCode::TooLarge);
  REQUIRE(done(store.touch_client("1", kNow + Seconds(3600))));  // in use: the other one goes
  REQUIRE(done(store.put_client(client(3, kNow + Seconds(3601)))));
  CHECK(done(store.find_client("0"))->has_value());
  CHECK(done(store.find_client("1"))->has_value());
  CHECK_FALSE(done(store.find_client("2"))->has_value());
  CHECK(store.sizes().clients == 3);
  // Replacing one takes no room.
  REQUIRE(done(store.put_client(client(3, kNow + Seconds(3602)))));
}

TEST_CASE("memory store: registered clients idle for a month are swept, configured ones never") {
  MemoryStore store;
  REQUIRE(done(store.put_client(client(0, kNow, false))));
  REQUIRE(done(store.put_client(client(1, kNow))));
  REQUIRE(done(store.put_client(client(2, kNow))));
  REQUIRE(done(store.touch_client("2", kNow + std::chrono::hours(24 * 20))));
  REQUIRE(done(store.sweep(kNow + std::chrono::hours(24 * 31))));
  CHECK(done(store.find_client("0"))->has_value());
  CHECK_FALSE(done(store.find_client("1"))->has_value());
  CHECK(done(store.find_client("2"))->has_value());
}

TEST_CASE("memory store: codes, refresh tokens, sessions, users and registrations are bounded") {
  MemoryStore store({.codes = 2, .refresh_tokens = 2, .sessions = 2, .users = 2, .registrations = 2});
  for (int i = 1; i <= 5; ++i) {
    const auto name = std::to_string(i);
    AuthorizationCode code;
    code.grant = refresh(i, kNow).grant;
    code.grant.session_id = "s" + name;
    code.expires_at = kNow + Seconds(i);
    REQUIRE(done(store.put_code("c" + name, std::move(code))));
    REQUIRE(done(store.put_refresh("r" + name, refresh(i, kNow + Seconds(i)))));
    REQUIRE(done(store.put_upstream_tokens("s" + name, tokens())));
    CHECK(done(store.find_or_create_user("p", name, name, kNow)).has_value() == (i <= 2));
    CHECK(done(store.put_registration(name, {name, std::nullopt, "none", std::nullopt})).has_value() == (i <= 2));
  }
  const auto sizes = store.sizes();
  CHECK(sizes.codes == 2);
  CHECK(sizes.refresh_tokens == 2);
  CHECK(sizes.grants <= 4);
  CHECK(sizes.sessions == 2);
  CHECK(sizes.users == 2);
  CHECK(done(store.find_or_create_user("p", "1", "x", kNow))->id == "1");  // known ones are still found
  for (int i = 1; i <= 3; ++i) CHECK(std::holds_alternative<RefreshUnknown>(*done(store.find_refresh("r" + std::to_string(i), kNow))));
  CHECK(std::holds_alternative<RefreshToken>(*done(store.find_refresh("r5", kNow))));
}

TEST_CASE("memory store: used codes are bounded too, and never push out a fresh one") {
  MemoryStore store({.codes = 3});
  for (int i = 0; i < 10; ++i) {
    AuthorizationCode code;
    code.grant = refresh(i, kNow).grant;
    code.expires_at = kNow + Seconds(600);
    REQUIRE(done(store.put_code(std::to_string(i), std::move(code))));
    CHECK(std::holds_alternative<AuthorizationCode>(*done(store.redeem_code(std::to_string(i), kNow))));
  }
  CHECK(store.sizes().used_codes == 3);
  CHECK(std::holds_alternative<CodeReplayed>(*done(store.redeem_code("9", kNow))));
}

TEST_CASE("memory store: single-use identifiers are never forgotten to make room") {
  MemoryStore store({.once_keys = 2});
  CHECK(*done(store.remember_once("a", kNow + Seconds(10), kNow)));
  CHECK(*done(store.remember_once("b", kNow + Seconds(20), kNow)));
  const auto full = done(store.remember_once("c", kNow + Seconds(20), kNow));
  REQUIRE_FALSE(full.has_value());
  CHECK(full.error().code() == ErrorCode::TooLarge);
  CHECK_FALSE(*done(store.remember_once("a", kNow + Seconds(10), kNow)));
  CHECK(*done(store.remember_once("c", kNow + Seconds(20), kNow + Seconds(10))));
}

TEST_CASE("memory store: a sweep does a bounded amount of work") {
  MemoryStore store({.swept_a_call = 10});
  for (int i = 0; i < 25; ++i) REQUIRE(done(store.put_pending(pending(i, kNow))));
  for (const std::size_t left : {15U, 5U, 0U}) {
    REQUIRE(done(store.sweep(kNow)));
    CHECK(store.sizes().pending == left);
  }
}

TEST_CASE("memory store: a code is redeemed by exactly one of many threads, a refresh token rotated by one") {
  MemoryStore store;
  for (int round = 0; round < 50; ++round) {
    const auto name = std::to_string(round);
    AuthorizationCode code;
    code.grant = refresh(round, kNow).grant;
    code.expires_at = kNow + Seconds(60);
    REQUIRE(done(store.put_code(name, std::move(code))));
    REQUIRE(done(store.put_refresh(name, refresh(round, kNow + Seconds(60)))));
    std::atomic<int> redeemed = 0, rotated = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        const auto code_result = run_ready(store.redeem_code(name, kNow));
        if (std::holds_alternative<AuthorizationCode>(code_result->value())) ++redeemed;
        const auto refresh_result = run_ready(store.rotate_refresh(name, name + "-" + std::to_string(t), refresh(round, kNow + Seconds(60)), kNow));
        if (std::holds_alternative<RefreshToken>(refresh_result->value())) ++rotated;
      });
    }
    for (auto& thread : threads) thread.join();
    CHECK(redeemed == 1);
    CHECK(rotated == 1);
  }
}

TEST_CASE("expiring table: replaces, orders by expiry and forgets") {
  ExpiringTable<int> table;
  table.put("b", 2, kNow + Seconds(2));
  table.put("a", 1, kNow + Seconds(1));
  table.put("b", 3, kNow);
  CHECK(table.size() == 2);
  CHECK(*table.first() == 3);
  CHECK(table.find("b", kNow) == nullptr);
  CHECK(*table.find("b") == 3);
  table.set_expiry("b", kNow + Seconds(5));
  CHECK(table.expiry("b") == kNow + Seconds(5));
  CHECK(*table.first() == 1);
  CHECK_FALSE(table.take_expired(kNow).has_value());
  CHECK(table.take_expired(kNow + Seconds(1)) == 1);
  CHECK(table.take("b") == 3);
  CHECK_FALSE(table.take("b").has_value());
  CHECK(table.first() == nullptr);
  CHECK_FALSE(table.take_first().has_value());
}
