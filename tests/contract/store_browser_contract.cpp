#include <algorithm>
#include <map>
#include <set>

#include "core/store/once_key.hpp"
#include "core/store/record_json.hpp"
#include "tests/contract/store_contract.hpp"
#include "tests/contract/store_records.hpp"
#include "tests/support/catch.hpp"

namespace vmcpauth::test {
namespace {

// Every session that passes the filter, and how many pages that took.
struct Scan {
  std::multiset<std::string> ids;
  int pages = 0;
};

Scan scan_all(Store& store, const StoreRunner& go, std::size_t count, const SessionFilter& filter = {}) {
  Scan out;
  std::optional<std::string> cursor = "";
  while (cursor) {
    auto page = go.must(store.scan_sessions(*cursor, count, filter));
    for (const auto& session : page.sessions) out.ids.insert(session.session_id);
    cursor = page.next;
    REQUIRE(++out.pages < 1000);
  }
  return out;
}

std::vector<Record> all_records(Store& store, const StoreRunner& go, std::size_t count, RecordChoice choice = RecordChoice::Everything) {
  std::vector<Record> out;
  std::optional<std::string> cursor = "";
  for (int pages = 0; cursor; ++pages) {
    REQUIRE(pages < 1000);
    auto page = go.must(store.scan_records(*cursor, count, choice));
    std::move(page.records.begin(), page.records.end(), std::back_inserter(out));
    cursor = page.next;
  }
  return out;
}

std::multiset<std::string> texts_of(const std::vector<Record>& records) {
  std::multiset<std::string> out;
  for (const auto& record : records) out.insert(to_json(record, Secrets::Reveal).dump());
  return out;
}

void sessions_are_paged(Store& store, const StoreRunner& go) {
  CHECK(go.must(store.count_sessions()) == 0);
  CHECK(scan_all(store, go, 10).ids.empty());
  for (int i = 0; i < 40; ++i) {
    auto row = tokens("github");
    row.user_id = i < 30 ? "user" : "other";
    go.must(store.put_upstream_tokens("s" + std::to_string(100 + i), std::move(row)));
  }
  go.must(store.put_upstream_tokens("s100", tokens("slack")));
  CHECK(go.must(store.count_sessions()) == 40);
  const auto all = scan_all(store, go, 7);
  CHECK(all.pages > 2);
  CHECK(std::set(all.ids.begin(), all.ids.end()).size() == 40);
  const auto by_prefix = scan_all(store, go, 7, {.id_prefix = "s11", .user_id = ""}).ids;
  CHECK(std::set(by_prefix.begin(), by_prefix.end()).size() == 10);
  const auto by_user = scan_all(store, go, 7, {.id_prefix = "", .user_id = "other"}).ids;
  CHECK(std::set(by_user.begin(), by_user.end()).size() == 10);
  // What a prefix would mean as a pattern is not meant.
  CHECK(scan_all(store, go, 7, {.id_prefix = "s*", .user_id = ""}).ids.empty());
  CHECK(scan_all(store, go, 7, {.id_prefix = "s10[", .user_id = ""}).ids.empty());
  CHECK(scan_all(store, go, 7, {.id_prefix = "", .user_id = "nobody"}).ids.empty());
}

void one_session(Store& store, const StoreRunner& go) {
  CHECK_FALSE(go.must(store.find_session("session")).has_value());
  auto row = tokens("slack", "a", kNow - Seconds(3600));
  row.created_at = kNow - Seconds(7200);
  go.must(store.put_upstream_tokens("session", std::move(row)));
  auto second = tokens("github");
  second.created_at = kNow - Seconds(7000);
  go.must(store.put_upstream_tokens("session", std::move(second)));
  go.must(store.touch_session("session", kNow));
  const auto view = go.must(store.find_session("session"));
  REQUIRE(view.has_value());
  REQUIRE(view->rows.size() == 2);
  CHECK(view->rows[0].provider == "github");
  CHECK(view->rows[1].provider == "slack");
  CHECK(view->rows[1].access_token.reveal() == "a");
  CHECK(view->user_id() == "user");
  CHECK(view->user_name() == "Ada");
  CHECK(view->user_email() == "a@b");
  CHECK(view->client_id() == "client");
  CHECK(view->created_at() == kNow - Seconds(7200));
  CHECK(view->last_used_at() == kNow);

  CHECK_FALSE(go.must(store.erase_row("session", "nothing")));
  CHECK_FALSE(go.must(store.erase_row("no session", "github")));
  CHECK(go.must(store.erase_row("session", "github")));
  CHECK_FALSE(go.must(store.erase_row("session", "github")));
  CHECK(go.must(store.find_session("session"))->rows.size() == 1);
  CHECK(go.must(store.erase_row("session", "slack")));
  CHECK_FALSE(go.must(store.find_session("session")).has_value());
  CHECK(scan_all(store, go, 10).ids.empty());
}

// One of everything.
void fill(Store& store, const StoreRunner& go) {
  Client client;
  client.id = "client";
  client.redirect_uris = {"https://a/cb"};
  client.created_at = kNow;
  client.secret_hash = "hash";
  client.token_endpoint_auth_method = "client_secret_basic";
  go.must(store.put_client(client));
  client.id = "dynamic";
  client.dcr_issued = true;
  go.must(store.put_client(client));
  go.must(store.put_pending(pending("state", "login")));
  go.must(store.put_code("unused", code("grant 1", "session")));
  go.must(store.put_code("used", code("grant 2", "session")));
  go.must(store.redeem_code("used", kNow));
  go.must(store.put_refresh("current", refresh("grant 3")));
  go.must(store.rotate_refresh("current", "next", refresh("grant 3"), kNow));
  go.must(store.revoke_grant(grant("grant 4", "nothing"), kNow));
  auto row = tokens("github", "a", kNow + kMinute);
  row.created_at = kNow;
  row.last_refresh = RefreshReport{kNow, true, ""};
  go.must(store.put_upstream_tokens("session", std::move(row)));
  go.must(store.put_upstream_tokens("session", tokens("slack")));
  go.must(store.touch_session("session", kNow));
  go.must(store.find_or_create_user("github", "sub:ject", "id-1", kNow));
  go.must(store.remember_once("jti", kNow + kMinute, kNow));
  UpstreamRegistration registration;
  registration.client_id = "us";
  registration.client_secret = Secret("secret");
  registration.token_endpoint_auth_method = "client_secret_basic";
  go.must(store.put_registration("8:https://:1:u:1:r:" + once_digest("scopes"), std::move(registration)));
}

void records_move(Store& store, Store& target, const StoreRunner& go) {
  CHECK(all_records(store, go, 3).empty());
  fill(store, go);
  auto records = all_records(store, go, 3);
  const auto texts = texts_of(records);
  std::map<std::string, int> kinds;
  for (const auto& record : records) ++kinds[std::string(kind_of(record))];
  const std::map<std::string, int> want{{"client", 2},   {"pending", 1}, {"code", 2}, {"refresh", 2},     {"revoked_grant", 1},
                                        {"upstream", 2}, {"user", 1},    {"once", 1}, {"registration", 1}};
  CHECK(kinds == want);
  std::map<std::string, int> of_logins;
  for (const auto& record : all_records(store, go, 2, RecordChoice::Logins)) ++of_logins[std::string(kind_of(record))];
  CHECK(of_logins.size() == 3);
  CHECK(of_logins["pending"] == 1);
  CHECK(of_logins["code"] == 2);
  CHECK(of_logins["refresh"] >= 1);  // a rotated one leads nowhere, and may be left out
  std::vector<Record> moved;
  for (const auto& text : texts) {
    INFO(text);
    auto json = parse_json(text);
    REQUIRE(json.has_value());
    auto record = record_from_json(*json);
    if (!record) FAIL(record.error().describe());
    CHECK(to_json(*record, Secrets::Reveal).dump() == text);
    moved.push_back(*std::move(record));
  }
  const auto count = moved.size();
  CHECK(go.must(target.import_records(std::move(moved), kNow)) == count);
  CHECK(texts_of(all_records(target, go, 100)) == texts);

  // What was moved is what it was.
  CHECK(go.must(target.find_client("client"))->secret_hash == "hash");
  CHECK(go.must(target.take_pending("state", kNow))->pkce_verifier.reveal() == "verifier");
  CHECK(std::holds_alternative<AuthorizationCode>(go.must(target.redeem_code("unused", kNow))));
  CHECK(std::holds_alternative<CodeReplayed>(go.must(target.redeem_code("used", kNow))));
  CHECK(std::holds_alternative<RefreshReused>(go.must(target.find_refresh("current", kNow))));
  CHECK(std::holds_alternative<RefreshToken>(go.must(target.find_refresh("next", kNow))));
  CHECK(go.must(target.is_grant_revoked("grant 4", kNow)));
  CHECK(go.must(target.list_upstream_tokens("session", kNow)).size() == 2);
  CHECK(go.must(target.find_or_create_user("github", "sub:ject", "id-2", kNow)).id == "id-1");
  CHECK_FALSE(go.must(target.remember_once("jti", kNow + kMinute, kNow)));
  // A session that was moved is nobody's half-done login.
  go.must(target.sweep(kNow + 20 * kMinute));
  CHECK(go.must(target.list_upstream_tokens("session", kNow)).size() == 2);
}

void expired_records_stay_behind(Store& store, const StoreRunner& go) {
  CHECK(go.must(store.import_records(one_record(PendingRecord{pending("state")}), kNow + 10 * kMinute)) == 0);
  CHECK(go.must(store.import_records(one_record(UpstreamRecord{"session", tokens("github", "a", kNow)}), kNow + std::chrono::hours(24 * 31))) == 0);
  CHECK(go.must(store.import_records({}, kNow)) == 0);
  CHECK(all_records(store, go, 10).empty());
}

void what_is_kept(Store& store, const StoreRunner& go) {
  CHECK(go.must(store.kept_values()).empty());
  go.must(store.keep("one", Secret("1")));
  go.must(store.keep("two", Secret("2")));
  go.must(store.keep("one", Secret("another")));
  const auto values = go.must(store.kept_values());
  REQUIRE(values.size() == 2);
  CHECK(values.at("one").reveal() == "1");
  CHECK(values.at("two").reveal() == "2");
}

}  // namespace

void check_browser_contract(const StoreFactory& make, StoreRunner go) {
  const auto store = make();
  SECTION("sessions come in pages") { sessions_are_paged(*store, go); }
  SECTION("one session") { one_session(*store, go); }
  SECTION("records move to another store") {
    const auto target = make();
    records_move(*store, *target, go);
  }
  SECTION("what is kept for ever") { what_is_kept(*store, go); }
  SECTION("expired records stay behind") { expired_records_stay_behind(*store, go); }
}

}  // namespace vmcpauth::test
