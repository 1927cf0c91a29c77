#include "core/identity/upstream_refresher.hpp"

#include "tests/support/fakes.hpp"
#include "tests/unit/identity/failing_store.hpp"
#include "tests/unit/identity/fakes.hpp"

using namespace vmcpauth;
using namespace vmcpauth::test;
using namespace std::chrono_literals;
using identity::UpstreamRefresher;

namespace {

struct Fixture {
  FakeClock clock;
  FakeTimer timer{clock};
  CountingRandom random;
  RecordingLog log;
  FailingStore store;
  FakeProvider github{"github"};
  UpstreamRefresher refresher{store, {{"github", &github}}, {clock, random, timer, log.logger}};

  Fixture() {
    github.answer = [this](const std::string&) -> Result<upstream::Tokens> { return tokens("access-2", "refresh-2", clock.now() + 1h, "id-2"); };
  }
  store::UpstreamTokens put(store::UpstreamTokens tokens_row) {
    REQUIRE(now_of(store.put_upstream_tokens("tsid", tokens_row.clone())).has_value());
    return tokens_row;
  }
  Result<store::UpstreamTokens> usable(store::UpstreamTokens tokens_row) { return now_of(refresher.usable("tsid", std::move(tokens_row))); }
  std::optional<store::UpstreamTokens> stored() { return *now_of(store.find_upstream_tokens("tsid", "github", clock.now())); }
  void refuse(std::string oauth_code) {
    github.answer = [oauth_code](const std::string&) -> Result<upstream::Tokens> {
      return std::unexpected(Error(ErrorCode::UpstreamError, "provider refused").with_oauth_code(oauth_code));
    };
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "refresher: rows that are not due are handed back", "[identity]") {
  CHECK(usable(put(row("github", "access", "refresh", std::nullopt)))->access_token.reveal() == "access");  // no expiry asserted
  clock.advance(24h * 365);
  CHECK(usable(put(row("github", "access", "", std::nullopt)))->access_token.reveal() == "access");
  CHECK(usable(put(row("github", "access", "refresh", clock.now() + 31s)))->access_token.reveal() == "access");
  CHECK(github.redeemed.empty());
}

TEST_CASE_METHOD(Fixture, "refresher: an expired row is refreshed and stored, bindings kept", "[identity]") {
  const auto fresh = usable(put(row("github", "access", "refresh", clock.now())));
  REQUIRE(fresh.has_value());
  CHECK(fresh->access_token.reveal() == "access-2");
  CHECK(github.redeemed == std::vector<std::string>{"refresh"});
  const auto kept = stored();
  REQUIRE(kept.has_value());
  CHECK(kept->access_token.reveal() == "access-2");
  CHECK(kept->refresh_token.reveal() == "refresh-2");
  CHECK(kept->id_token.reveal() == "id-2");
  CHECK(kept->user_id == "user");
  CHECK(kept->upstream_subject == "subject");
  CHECK(kept->client_id == "client");
  CHECK(kept->scopes == std::vector<std::string>{"openid"});
}

TEST_CASE_METHOD(Fixture, "refresher: what the answer leaves out is kept", "[identity]") {
  github.answer = [](const std::string&) -> Result<upstream::Tokens> { return tokens("access-2", "", std::nullopt); };
  REQUIRE(usable(put(row("github", "access", "refresh", clock.now()))).has_value());
  CHECK(stored()->refresh_token.reveal() == "refresh");
  CHECK(stored()->id_token.reveal() == "id-of-github");
  CHECK_FALSE(stored()->expires_at.has_value());
}

TEST_CASE_METHOD(Fixture, "refresher: concurrent requests refresh a row once", "[identity]") {
  const auto expired = put(row("github", "access", "refresh", clock.now() - 1s));
  github.gate.close();
  int good = 0;
  for (int i = 0; i < 20; ++i) {
    start(refresher.usable("tsid", expired.clone()),
          [&](Result<store::UpstreamTokens> fresh) { good += fresh && fresh->access_token.reveal() == "access-2" ? 1 : 0; });
  }
  CHECK(github.redeemed.size() == 1);
  github.gate.open();
  CHECK(good == 20);
  CHECK(github.redeemed.size() == 1);
}

TEST_CASE_METHOD(Fixture, "refresher: sessions and providers do not share a flight", "[identity]") {
  const auto expired = put(row("github", "access", "refresh", clock.now() - 1s));
  REQUIRE(now_of(store.put_upstream_tokens("other", row("github", "access", "refresh-other", clock.now() - 1s))).has_value());
  github.gate.close();
  start(refresher.usable("tsid", expired.clone()), [](auto) {});
  start(refresher.usable("other", expired.clone()), [](auto) {});
  CHECK(github.redeemed == std::vector<std::string>{"refresh", "refresh-other"});
  github.gate.open();
}

TEST_CASE_METHOD(Fixture, "refresher: a stale copy of a row does not redeem a refresh token that is used up", "[identity]") {
  const auto stale = put(row("github", "access", "refresh", clock.now() - 1s));
  REQUIRE(usable(stale.clone()).has_value());
  CHECK(usable(stale.clone())->access_token.reveal() == "access-2");
  CHECK(github.redeemed.size() == 1);
}

TEST_CASE_METHOD(Fixture, "refresher: when another process was faster its tokens are used", "[identity]") {
  github.answer = [this](const std::string&) -> Result<upstream::Tokens> {
    put(row("github", "access-theirs", "refresh-theirs", clock.now() + 1h));
    return tokens("access-ours", "refresh-ours", clock.now() + 1h);
  };
  CHECK(usable(put(row("github", "access", "refresh", clock.now())))->access_token.reveal() == "access-theirs");
  CHECK(stored()->refresh_token.reveal() == "refresh-theirs");
}

TEST_CASE_METHOD(Fixture, "refresher: a session revoked during the refresh stays revoked", "[identity]") {
  github.answer = [this](const std::string&) -> Result<upstream::Tokens> {
    REQUIRE(now_of(store.erase_session("tsid")).has_value());
    return tokens("access-2", "refresh-2", clock.now() + 1h);
  };
  const auto fresh = usable(put(row("github", "access", "refresh", clock.now())));
  REQUIRE_FALSE(fresh.has_value());
  CHECK(fresh.error().code() == ErrorCode::UpstreamToken);
  CHECK_FALSE(stored().has_value());
}

TEST_CASE_METHOD(Fixture, "refresher: near its expiry a row is refreshed ahead, and still serves when that fails", "[identity]") {
  const auto near = put(row("github", "access", "refresh", clock.now() + 20s));
  refuse("temporarily_unavailable");
  for (int i = 0; i < 5; ++i) CHECK(usable(near.clone())->access_token.reveal() == "access");
  CHECK(github.redeemed.size() == 1);
  clock.advance(20s);
  const auto after = usable(near.clone());
  REQUIRE_FALSE(after.has_value());
  CHECK(after.error().code() == ErrorCode::UpstreamToken);
}

TEST_CASE_METHOD(Fixture, "refresher: tokens that live less than the margin are not refreshed by every request", "[identity]") {
  github.answer = [this](const std::string& old) -> Result<upstream::Tokens> { return tokens("access-of-" + old, old + "+", clock.now() + 10s); };
  put(row("github", "access", "r", clock.now()));
  for (int second = 0; second < 30; ++second) {
    for (int i = 0; i < 3; ++i) REQUIRE(usable(*stored()).has_value());
    clock.advance(1s);
  }
  CHECK(github.redeemed.size() == 3);
}

TEST_CASE_METHOD(Fixture, "refresher: a dead grant is not asked about again until somebody signs in anew", "[identity]") {
  const auto expired = put(row("github", "access", "refresh", clock.now()));
  refuse("invalid_grant");
  for (int i = 0; i < 10; ++i) {
    const auto fresh = usable(expired.clone());
    REQUIRE_FALSE(fresh.has_value());
    CHECK(fresh.error().code() == ErrorCode::UpstreamToken);
    CHECK(fresh.error().describe().find("provider refused") != std::string::npos);
    clock.advance(10s);
  }
  CHECK(github.redeemed.size() == 1);
  github.answer = [this](const std::string&) -> Result<upstream::Tokens> { return tokens("access-3", "refresh-3", clock.now() + 1h); };
  CHECK(usable(put(row("github", "access", "refresh-new", clock.now())))->access_token.reveal() == "access-3");
}

TEST_CASE_METHOD(Fixture, "refresher: a passing failure is tried again after a pause", "[identity]") {
  const auto expired = put(row("github", "access", "refresh", clock.now()));
  github.answer = [](const std::string&) -> Result<upstream::Tokens> { return fail(ErrorCode::Timeout, "provider does not answer"); };
  CHECK_FALSE(usable(expired.clone()).has_value());
  CHECK_FALSE(usable(expired.clone()).has_value());
  CHECK(github.redeemed.size() == 1);
  clock.advance(5s);
  github.answer = [this](const std::string&) -> Result<upstream::Tokens> { return tokens("access-2", "refresh-2", clock.now() + 1h); };
  CHECK(usable(expired.clone()).has_value());
}

TEST_CASE_METHOD(Fixture, "refresher: what cannot be refreshed says why", "[identity]") {
  CHECK(usable(put(row("github", "access", "", clock.now()))).error().describe() == "token of provider github has expired: the provider gave no refresh token");
  CHECK(usable(put(row("gitlab", "access", "refresh", clock.now()))).error().describe() ==
        "token of provider gitlab has expired: the provider is not configured any more");
  CHECK(usable(row("slack", "access", "refresh", clock.now())).error().describe() == "token of provider slack has expired: the session is over");
  CHECK(github.redeemed.empty());
}

TEST_CASE_METHOD(Fixture, "refresher: a store that cannot be read is not the provider's fault", "[identity]") {
  const auto expired = put(row("github", "access", "refresh", clock.now()));
  store.reads_fail = true;
  CHECK(usable(expired.clone()).error().code() == ErrorCode::Unavailable);
  CHECK(github.redeemed.empty());
}

TEST_CASE_METHOD(Fixture, "refresher: a store that cannot be written is tried thrice; unrotated tokens serve, rotated ones do not", "[identity]") {
  store.writes_fail = true;
  github.answer = [this](const std::string&) -> Result<upstream::Tokens> { return tokens("access-2", "", clock.now() + 1h); };
  CHECK(usable(put(row("github", "access", "refresh", clock.now())))->access_token.reveal() == "access-2");
  CHECK(store.writes == 3);
  github.answer = [this](const std::string&) -> Result<upstream::Tokens> { return tokens("access-3", "refresh-3", clock.now() + 1h); };
  CHECK(usable(put(row("github", "access", "refresh-b", clock.now()))).error().code() == ErrorCode::Unavailable);
}

TEST_CASE_METHOD(Fixture, "refresher: no token reaches the log", "[identity]") {
  refuse("invalid_grant");
  static_cast<void>(usable(put(row("github", "SECRET-access", "SECRET-refresh", clock.now()))));
  CHECK(log.text->find("upstream_refresh_failed") != std::string::npos);
  CHECK(log.text->find("SECRET") == std::string::npos);
  CHECK(log.text->find("tsid") == std::string::npos);
}

TEST_CASE_METHOD(Fixture, "refresher: the ID token of another user is refused", "[identity]") {
  github.answer = [this](const std::string&) -> Result<upstream::Tokens> {
    auto fresh = tokens("access-2", "refresh-2", clock.now() + 1h, "id-2");
    fresh.subject = "somebody else";
    return fresh;
  };
  const auto refused = usable(put(row("github", "access", "refresh", clock.now())));
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code() == ErrorCode::UpstreamToken);
  CHECK(refused.error().describe().find("another user") != std::string::npos);
  CHECK(stored()->access_token.reveal() == "access");
  github.answer = [this](const std::string&) -> Result<upstream::Tokens> {
    auto fresh = tokens("access-2", "refresh-2", clock.now() + 1h, "id-2");
    fresh.subject = "subject";
    return fresh;
  };
  clock.advance(10s);
  CHECK(usable(*stored()).has_value());
}

TEST_CASE_METHOD(Fixture, "refresher: the outcome of a refresh is kept for those who look", "[identity]") {
  refuse("invalid_grant");
  REQUIRE_FALSE(usable(put(row("github", "access", "refresh", clock.now()))).has_value());
  REQUIRE(stored()->last_refresh.has_value());
  CHECK_FALSE(stored()->last_refresh->succeeded);
  CHECK(stored()->last_refresh->detail.find("provider refused") != std::string::npos);
  CHECK(stored()->last_refresh->at == clock.now());
  github.answer = [this](const std::string&) -> Result<upstream::Tokens> { return tokens("access-2", "refresh-2", clock.now() + 1h); };
  clock.advance(1h);
  REQUIRE(usable(*stored()).has_value());
  CHECK(stored()->last_refresh->succeeded);
}

namespace {

// A second process on the same store, whose pauses last until the gate opens.
struct OtherProcess : Fixture {
  struct GateTimer final : Timer {
    Gate gate;
    Task<void> pause(Milliseconds /*time*/) override { co_await gate.pass(); }
  };
  GateTimer waits;
  FakeProvider github_there{"github"};
  CountingRandom random_there;
  UpstreamRefresher there{store, {{"github", &github_there}}, {clock, random_there, waits, log.logger}};
  std::optional<Result<store::UpstreamTokens>> here_got, there_got;

  // Here is in the middle of a refresh, there has seen so.
  void begin_both() {
    unsigned char skip[4];
    random_there.fill(skip);  // not the owner that is here
    const auto expired = put(row("github", "access", "refresh", clock.now() - 1s));
    github.gate.close();
    waits.gate.close();
    start(refresher.usable("tsid", expired.clone()), [&](Result<store::UpstreamTokens> got) { here_got.emplace(std::move(got)); });
    start(there.usable("tsid", expired.clone()), [&](Result<store::UpstreamTokens> got) { there_got.emplace(std::move(got)); });
    REQUIRE(waits.gate.waiting() == 1);
    github.gate.open();
    waits.gate.open();
    REQUIRE(here_got.has_value());
    REQUIRE(there_got.has_value());
  }
};

}  // namespace

TEST_CASE_METHOD(OtherProcess, "refresher: two processes redeem a refresh token once", "[identity]") {
  begin_both();
  CHECK(github.redeemed.size() == 1);
  CHECK(github_there.redeemed.empty());
  CHECK((*here_got)->access_token.reveal() == "access-2");
  CHECK((*there_got)->access_token.reveal() == "access-2");
}

TEST_CASE_METHOD(OtherProcess, "refresher: what failed in another process is not tried again at once", "[identity]") {
  refuse("invalid_grant");
  begin_both();
  CHECK(github_there.redeemed.size() <= 1);
  CHECK_FALSE(there_got->has_value());
  CHECK_FALSE(here_got->has_value());
}

TEST_CASE_METHOD(Fixture, "refresher: a process that died in a refresh holds it up for the time of its claim", "[identity]") {
  const auto expired = put(row("github", "access", "refresh", clock.now() - 1s));
  REQUIRE(*now_of(store.claim_refresh("tsid", "github", "dead", clock.now(), clock.now() + UpstreamRefresher::kClaim)));
  const auto began = clock.now();
  CHECK(usable(expired.clone())->access_token.reveal() == "access-2");
  CHECK(clock.now() - began >= UpstreamRefresher::kClaim);
  CHECK(timer.pauses.size() > 10);
  CHECK(github.redeemed.size() == 1);
}
