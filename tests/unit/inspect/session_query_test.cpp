#include "core/inspect/session_query.hpp"

#include "tests/support/catch.hpp"
#include "tests/unit/inspect/sessions.hpp"

using namespace vmcpauth;
using namespace vmcpauth::test;
using inspect::SessionQuery;

namespace {

const TimePoint kNowPoint = from_unix_seconds(kNow);

store::SessionView a_session() { return session_of("abcdef", rows(row_of("google", 600), row_of("github", -60), row_of("slack", std::nullopt))); }

std::string providers(const SessionQuery& query) {
  auto session = a_session();
  if (!inspect::narrow(session, query, kNowPoint)) return "none";
  std::string out;
  for (const auto& row : session.rows) out += row.provider + " ";
  return out;
}

void put(store::MemoryStore& store, const std::string& id, store::UpstreamTokens row) {
  REQUIRE(run_ready(store.put_upstream_tokens(id, std::move(row))).value());
}

}  // namespace

TEST_CASE("query: what a filter leaves of a session") {
  struct Case {
    SessionQuery query;
    const char* left;
  };
  const std::vector<Case> cases{
      {{}, "google github slack "},
      {{.session = "abc"}, "google github slack "},
      {{.session = "abd"}, "none"},
      {{.user = "user-1"}, "google github slack "},
      {{.user = "ann@example.com"}, "google github slack "},
      {{.user = "Ann"}, "google github slack "},
      {{.user = "ann"}, "none"},
      {{.provider = "github"}, "github "},
      {{.provider = "gitlab"}, "none"},
      {{.expired = true}, "github "},
      {{.provider = "google", .expired = true}, "none"},
      {{.expiring = Seconds(3600)}, "google "},
      {{.expiring = Seconds(599)}, "none"},
  };
  for (const auto& c : cases) {
    INFO(c.left);
    CHECK(providers(c.query) == c.left);
  }
}

TEST_CASE("query: the walk visits all, page by page, and can be ended") {
  store::MemoryStore store;
  for (int i = 0; i < 450; ++i) put(store, "session-" + std::to_string(1000 + i), row_of("google", 600));
  std::size_t visited = 0;
  std::vector<std::uint64_t> reported;
  const auto walk = [&](std::size_t stop) {
    visited = 0;
    return run_ready(
               inspect::visit_sessions(
                   store, {}, kNowPoint, [&](const store::SessionView&) { return ++visited < stop; }, [&](std::uint64_t seen) { reported.push_back(seen); }))
        .value();
  };
  REQUIRE(walk(10'000));
  CHECK(visited == 450);
  REQUIRE_FALSE(reported.empty());
  CHECK(reported.back() == 450);
  REQUIRE(walk(7));
  CHECK(visited == 7);
}

TEST_CASE("query: one session by its id, its beginning, its user") {
  store::MemoryStore store;
  put(store, "aaaa1111", row_of("google", 600));
  put(store, "aaaa2222", row_of("google", 600));
  auto other = row_of("google", 600);
  other.user_id = "user-2";
  other.user_email = "bob@example.com";
  put(store, "bbbb3333", std::move(other));
  const auto choose = [&](SessionQuery query) { return run_ready(inspect::choose_session(store, std::move(query), kNowPoint)).value(); };
  CHECK(choose({.session = "aaaa1111"})->session_id == "aaaa1111");
  CHECK(choose({.session = "bb"})->session_id == "bbbb3333");
  CHECK(choose({.user = "bob@example.com"})->session_id == "bbbb3333");
  const auto several = choose({.session = "aaaa"});
  REQUIRE_FALSE(several);
  CHECK(several.error().code() == ErrorCode::InvalidInput);
  CHECK_THAT(several.error().message(), ContainsSubstring("aaaa1111") && ContainsSubstring("aaaa2222"));
  CHECK(choose({}).error().code() == ErrorCode::InvalidInput);
  CHECK(choose({.session = "cc"}).error().code() == ErrorCode::NotFound);
  CHECK(choose({.session = "aaaa1111", .user = {}, .provider = "github"}).error().code() == ErrorCode::NotFound);
}

TEST_CASE("query: one row of a session") {
  const auto session = a_session();
  CHECK(inspect::choose_row(session, "github").value()->provider == "github");
  CHECK(inspect::choose_row(session, "").error().code() == ErrorCode::InvalidInput);
  CHECK(inspect::choose_row(session, "gitlab").error().code() == ErrorCode::NotFound);
  const auto single = session_of("x", rows(row_of("google", 1)));
  CHECK(inspect::choose_row(single, "").value()->provider == "google");
  CHECK_FALSE(inspect::choose_row(session_of("x", {}), ""));
}
