#include "core/inspect/refresh_now.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/fake_provider.hpp"
#include "tests/support/fakes.hpp"
#include "tests/unit/inspect/sessions.hpp"

using namespace vmcpauth;
using namespace vmcpauth::test;

namespace {

struct Refreshing {
  FakeProvider provider{"google"};
  FakeClock clock;
  CountingRandom random;
  FakeTimer timer{clock};
  store::MemoryStore store;

  Refreshing() { put(row_of("google", 600)); }
  void put(store::UpstreamTokens row) { REQUIRE(run_ready(store.put_upstream_tokens("session", std::move(row))).value()); }
  Result<store::UpstreamTokens> refresh() {
    const inspect::RefreshTools tools{store, provider, clock, random, timer};
    auto both = run_ready(inspect::refresh_now(tools, "session", "google")).value();
    if (!both) return std::unexpected(std::move(both).error());
    return std::move(both->after);
  }
  store::UpstreamTokens stored() { return run_ready(store.find_upstream_tokens("session", "google", clock.now())).value()->value().clone(); }
};

}  // namespace

TEST_CASE("refresh now: due or not, and what the answer leaves out stays") {
  Refreshing r;
  r.provider.refreshed_expires_at = from_unix_seconds(kNow + 3600);
  const auto fresh = r.refresh();
  REQUIRE(fresh);
  CHECK(r.provider.refreshed == std::vector<std::string>{"refresh-marker-google"});
  CHECK(fresh->access_token.reveal() == "google-refreshed");
  CHECK(fresh->refresh_token.reveal() == "refresh-marker-google");
  CHECK(fresh->expires_at == from_unix_seconds(kNow + 3600));
  const auto row = r.stored();
  CHECK(row.access_token.reveal() == "google-refreshed");
  REQUIRE(row.last_refresh);
  CHECK(row.last_refresh->succeeded);
}

TEST_CASE("refresh now: a refusal is kept as the row's report and changes nothing else") {
  Refreshing r;
  r.provider.refresh_error = Error(ErrorCode::UpstreamError, "google said invalid_grant").with_oauth_code("invalid_grant");
  const auto refused = r.refresh();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().oauth_code() == "invalid_grant");
  const auto row = r.stored();
  CHECK(row.access_token.reveal() == "access-marker-google");
  REQUIRE(row.last_refresh);
  CHECK_FALSE(row.last_refresh->succeeded);
  CHECK_THAT(row.last_refresh->detail, ContainsSubstring("invalid_grant"));
}

TEST_CASE("refresh now: what the store holds is redeemed, not what was seen before") {
  Refreshing r;
  auto newer = row_of("google", 600);
  newer.refresh_token = Secret("rotated meanwhile");
  r.put(std::move(newer));
  const inspect::RefreshTools tools{r.store, r.provider, r.clock, r.random, r.timer};
  const auto both = run_ready(inspect::refresh_now(tools, "session", "google")).value();
  REQUIRE(both);
  CHECK(both->before.refresh_token.reveal() == "rotated meanwhile");
  CHECK(r.provider.refreshed == std::vector<std::string>{"rotated meanwhile"});
}

TEST_CASE("refresh now: no refresh token, no row") {
  Refreshing r;
  r.put(row_of("google", 600, false));
  CHECK(r.refresh().error().code() == ErrorCode::UpstreamToken);
  CHECK(r.provider.refreshed.empty());
  // The claim was given back.
  const auto now = r.clock.now();
  CHECK(run_ready(r.store.claim_refresh("session", "google", "another", now, now + Seconds(20))).value().value());
  REQUIRE(run_ready(r.store.erase_session("session")).value());
  CHECK(r.refresh().error().code() == ErrorCode::UpstreamToken);
}

TEST_CASE("refresh now: another process is waited for, and one that died is waited out") {
  Refreshing r;
  const auto now = r.clock.now();
  REQUIRE(run_ready(r.store.claim_refresh("session", "google", "another process", now, now + Seconds(20))).value().value());
  REQUIRE(r.refresh());
  CHECK(r.provider.refreshed.size() == 1);
  CHECK(r.clock.now() >= now + Seconds(20));
  const auto later = r.clock.now();
  REQUIRE(run_ready(r.store.claim_refresh("session", "google", "another process", later, later + Seconds(3600))).value().value());
  CHECK(r.refresh().error().code() == ErrorCode::Unavailable);
  CHECK(r.provider.refreshed.size() == 1);
}
