#include "core/inspect/end_logins.hpp"

#include "tests/support/catch.hpp"
#include "tests/unit/inspect/sessions.hpp"

using namespace vmcpauth;
using namespace vmcpauth::test;

namespace {

constexpr TimePoint kStart = from_unix_seconds(kNow);
constexpr Seconds kLater{3600};

store::Grant grant(const std::string& id, const std::string& session) {
  return {id, session, "client", "user", "Ada", "a@b", {"openid"}, {"https://r"}, kStart};
}

// Two sessions of one user and one of another, each with upstream tokens, a refresh token, a code and a login under way.
struct Logins {
  store::MemoryStore store;

  Logins() {
    for (const std::string session : {"one", "two", "other"}) {
      store::RefreshToken token{grant("grant " + session, session), kStart, kStart + kLater};
      store::AuthorizationCode unused;
      unused.grant = grant("code " + session, session);
      unused.expires_at = kStart + kLater;
      store::PendingAuthorization leg;
      leg.internal_state = "state " + session;
      leg.session_id = session;
      leg.expires_at = kStart + kLater;
      if (session == "other") {
        token.grant.user_id = unused.grant.user_id = "somebody";
        token.grant.user_email = unused.grant.user_email = "else@b";
        token.grant.user_name = unused.grant.user_name = "Bob";
      }
      leg.user_id = token.grant.user_id;
      leg.user_email = token.grant.user_email;
      leg.user_name = token.grant.user_name;
      must(store.put_upstream_tokens(session, row_of("github", 600)));
      must(store.put_refresh("refresh " + session, std::move(token)));
      must(store.put_code("code " + session, std::move(unused)));
      must(store.put_pending(std::move(leg)));
    }
  }
  template <class T>
  static T must(Task<Result<T>> task) {
    auto result = run_ready(std::move(task)).value();
    if (!result) FAIL(result.error().describe());
    if constexpr (!std::is_void_v<T>) return *std::move(result);
  }
  inspect::EndedLogins end(inspect::LoginQuery query) { return must(inspect::end_logins(store, std::move(query), kStart, nullptr)); }
  bool refreshes(const std::string& session) { return std::holds_alternative<store::RefreshToken>(must(store.find_refresh("refresh " + session, kStart))); }
  bool redeems(const std::string& session) { return std::holds_alternative<store::AuthorizationCode>(must(store.redeem_code("code " + session, kStart))); }
  bool goes_on(const std::string& session) { return must(store.take_pending("state " + session, kStart)).has_value(); }
};

}  // namespace

TEST_CASE("end logins: of one session, and of no other") {
  Logins logins;
  const auto ended = logins.end({.sessions = {"one"}, .user = ""});
  CHECK(ended.grants == 2);
  CHECK(ended.pending == 1);
  CHECK_FALSE(logins.refreshes("one"));
  CHECK_FALSE(logins.redeems("one"));
  CHECK_FALSE(logins.goes_on("one"));
  for (const std::string other : {"two", "other"}) {
    CHECK(logins.refreshes(other));
    CHECK(logins.redeems(other));
    CHECK(logins.goes_on(other));
  }
  // The upstream tokens are the caller's business.
  CHECK(Logins::must(logins.store.list_upstream_tokens("one", kStart)).size() == 1);
  const auto again = logins.end({.sessions = {"one"}, .user = ""});
  CHECK(again.grants + again.pending == 0);
}

TEST_CASE("end logins: of a user, however the user is named") {
  for (const std::string name : {"user", "Ada", "a@b"}) {
    INFO(name);
    Logins logins;
    CHECK(logins.end({.sessions = {}, .user = name}).grants == 4);
    CHECK_FALSE(logins.refreshes("one"));
    CHECK_FALSE(logins.refreshes("two"));
    CHECK_FALSE(logins.goes_on("two"));
    CHECK(logins.refreshes("other"));
    CHECK(logins.goes_on("other"));
  }
}

TEST_CASE("end logins: nothing is meant by nothing, by a part of a name, or by an empty user") {
  Logins logins;
  for (const std::string name : {"", "use", "ada", "a@", "*"}) CHECK(logins.end({.sessions = {}, .user = name}).grants == 0);
  CHECK(logins.end({.sessions = {"on", "", "one "}, .user = ""}).grants == 0);
  CHECK(logins.refreshes("one"));
}
