#include "core/inspect/end_logins.hpp"

#include "core/store/memory_store.hpp"
#include "tests/contract/store_records.hpp"
#include "tests/support/catch.hpp"

using namespace vmcpauth;
using namespace vmcpauth::test;

namespace {

// Two sessions of one user and one of another, each with upstream tokens, a refresh token, a code and a login under way.
struct Logins {
  store::MemoryStore store;

  Logins() {
    for (const std::string session : {"one", "two", "other"}) {
      auto row = tokens("github");
      auto token = refresh("grant " + session);
      token.grant.session_id = session;
      auto unused = code("code " + session, session);
      auto leg = pending("state " + session, session);
      if (session == "other") token.grant.user_id = unused.grant.user_id = leg.user_id = row.user_id = "somebody";
      if (session == "other") token.grant.user_email = unused.grant.user_email = leg.user_email = "else@b";
      if (session == "other") token.grant.user_name = unused.grant.user_name = leg.user_name = "Bob";
      must(store.put_upstream_tokens(session, std::move(row)));
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
  inspect::EndedLogins end(inspect::LoginQuery query) { return must(inspect::end_logins(store, std::move(query), kNow, nullptr)); }
  bool refreshes(const std::string& session) { return std::holds_alternative<store::RefreshToken>(must(store.find_refresh("refresh " + session, kNow))); }
  bool redeems(const std::string& session) { return std::holds_alternative<store::AuthorizationCode>(must(store.redeem_code("code " + session, kNow))); }
  bool goes_on(const std::string& session) { return must(store.take_pending("state " + session, kNow)).has_value(); }
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
  CHECK(Logins::must(logins.store.list_upstream_tokens("one", kNow)).size() == 1);
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
