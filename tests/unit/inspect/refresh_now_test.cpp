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
  store::MemoryStore store;

  Refreshing() { put(row_of("google", 600)); }
  void put(store::UpstreamTokens row) { REQUIRE(run_ready(store.put_upstream_tokens("session", std::move(row))).value()); }
  Result<store::UpstreamTokens> refresh(store::UpstreamTokens row) {
    const inspect::RefreshTools tools{store, provider, clock, random};
    return run_ready(inspect::refresh_now(tools, "session", std::move(row))).value();
  }
  store::UpstreamTokens stored() { return run_ready(store.find_upstream_tokens("session", "google", clock.now())).value()->value().clone(); }
};

}  // namespace

TEST_CASE("refresh now: due or not, and what the answer leaves out stays") {
  Refreshing r;
  r.provider.refreshed_expires_at = from_unix_seconds(kNow + 3600);
  const auto fresh = r.refresh(row_of("google", 600));
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
  const auto refused = r.refresh(row_of("google", 600));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().oauth_code() == "invalid_grant");
  const auto row = r.stored();
  CHECK(row.access_token.reveal() == "access-marker-google");
  REQUIRE(row.last_refresh);
  CHECK_FALSE(row.last_refresh->succeeded);
  CHECK_THAT(row.last_refresh->detail, ContainsSubstring("invalid_grant"));
}

TEST_CASE("refresh now: no refresh token, a row that changed, a row that somebody else refreshes") {
  Refreshing r;
  CHECK(r.refresh(row_of("google", 600, false)).error().code() == ErrorCode::UpstreamToken);
  CHECK(r.provider.refreshed.empty());
  auto old = row_of("google", 600);
  old.refresh_token = Secret("an-older-one");
  CHECK(r.refresh(std::move(old)).error().code() == ErrorCode::UpstreamToken);
  CHECK(r.stored().access_token.reveal() == "access-marker-google");
  const auto now = r.clock.now();
  REQUIRE(run_ready(r.store.claim_refresh("session", "google", "another process", now, now + Seconds(20))).value().value());
  r.provider.refreshed.clear();
  CHECK(r.refresh(row_of("google", 600)).error().code() == ErrorCode::Unavailable);
  CHECK(r.provider.refreshed.empty());
}
