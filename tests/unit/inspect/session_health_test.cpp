#include "core/inspect/session_health.hpp"

#include "core/inspect/backend_needs.hpp"
#include "core/inspect/session_json.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/inspect/sessions.hpp"

using namespace vmcpauth;
using namespace vmcpauth::test;
using inspect::Severity;

namespace {

const TimePoint kNowPoint = from_unix_seconds(kNow);

config::Runtime runtime() {
  config::Runtime out;
  out.name = "demo";
  out.auth_server.emplace();
  out.auth_server->upstreams.push_back(
      {.name = "google", .settings = config::OidcSettings{.issuer_url = "https://accounts.google.com"}, .scopes = {"openid", "email", "drive.readonly"}});
  out.auth_server->upstreams.push_back({.name = "github", .settings = config::OAuth2Settings{}, .scopes = {"repo"}});
  out.backends.push_back({.name = "files", .url = Url::parse("https://files.example").value(), .strategy = config::UpstreamInject{"google"}});
  config::TokenExchange exchange{.token_url = Url::parse("https://sts.example/token").value()};
  exchange.subject_provider_name = "github";
  exchange.subject_token_type = config::SubjectTokenType::IdToken;
  out.backends.push_back({.name = "orders", .url = Url::parse("https://orders.example").value(), .strategy = std::move(exchange)});
  return out;
}

const inspect::Observation* find(const inspect::SessionHealth& health, const std::string& provider, std::string_view code) {
  for (const auto& row : health.rows) {
    if (row.provider != provider) continue;
    for (const auto& one : row.observations) {
      if (one.code.text() == code) return &one;
    }
  }
  return nullptr;
}

inspect::SessionHealth judge(store::UpstreamTokens row) { return inspect::judge_session(session_of("s", rows(std::move(row))), nullptr, kNowPoint); }

}  // namespace

TEST_CASE("doctor: what a row says of itself") {
  struct Case {
    const char* what;
    store::UpstreamTokens row;
    const char* code;
    Severity severity;
    const char* text;
  };
  std::vector<Case> cases;
  cases.push_back(
      {"no refresh token", row_of("github", 42 * 60, false), "no-refresh-token", Severity::Warning, "no refresh token; the session dies in 42 min"});
  cases.push_back({"expired for good", row_of("github", -60, false), "dead", Severity::Problem, "expired 1m ago and there is no refresh token"});
  cases.push_back({"expired, refreshable", row_of("github", -60), "access-token-expired", Severity::Note, "the next use refreshes it"});
  auto empty = row_of("github", 60);
  empty.access_token = Secret();
  cases.push_back({"no access token", std::move(empty), "no-access-token", Severity::Problem, "no access token"});
  auto failed = row_of("github", -60);
  failed.last_refresh = store::RefreshReport{from_unix_seconds(kNow - 300), false, "invalid_grant"};
  cases.push_back({"failed refresh of an expired one", std::move(failed), "refresh-failed", Severity::Problem, "failed 5m ago: invalid_grant"});
  auto ahead = row_of("github", 20);
  ahead.last_refresh = store::RefreshReport{from_unix_seconds(kNow - 5), false, ""};
  cases.push_back({"failed ahead of time", std::move(ahead), "refresh-failed", Severity::Warning, "failed 5s ago"});
  auto jwt_refresh = row_of("keycloak", 60);
  jwt_refresh.refresh_token = Secret(jwt({{"alg", "HS256"}}, {{"exp", kNow - 10}}));
  cases.push_back({"refresh token that says it expired", std::move(jwt_refresh), "refresh-token-expired", Severity::Problem, "expired 10s ago"});
  auto later = row_of("keycloak", 60);
  later.refresh_token = Secret(jwt({{"alg", "HS256"}}, {{"exp", kNow + 1800}}));
  cases.push_back({"refresh token that will", std::move(later), "refresh-token-expires", Severity::Note, "in 30m"});
  auto shorter = row_of("okta", 3600);
  shorter.access_token = Secret(jwt(good_header(), {{"exp", kNow + 300}}));
  cases.push_back({"the token says another expiry", std::move(shorter), "expiry-differs", Severity::Warning, "in 5m"});
  auto over = row_of("github", std::nullopt);
  over.session_expires_at = from_unix_seconds(kNow - 60);
  cases.push_back({"the session is over", std::move(over), "session-over", Severity::Problem, "1m ago"});
  for (auto& c : cases) {
    INFO(c.what);
    const auto provider = c.row.provider;
    const auto health = judge(std::move(c.row));
    const auto* seen = find(health, provider, c.code);
    REQUIRE(seen != nullptr);
    CHECK(seen->severity == c.severity);
    CHECK_THAT(seen->text, ContainsSubstring(c.text));
    CHECK(health.worst() == c.severity);
  }
}

TEST_CASE("doctor: nothing is said of a row that lives on") {
  CHECK(judge(row_of("google", 3600)).rows.front().observations.empty());
  CHECK(judge(row_of("github", std::nullopt, false)).rows.front().observations.empty());
  auto fine = row_of("google", 3600);
  fine.last_refresh = store::RefreshReport{kNowPoint, true, ""};
  CHECK(judge(std::move(fine)).worst() == Severity::Note);
}

TEST_CASE("doctor: with a configuration, what backends need") {
  const auto configured = runtime();
  auto google = row_of("google", 3600);
  auto github = row_of("github", std::nullopt);
  github.scopes = {"repo"};
  const auto health = inspect::judge_session(session_of("s", rows(std::move(google), std::move(github))), &configured, kNowPoint);
  const auto* scope = find(health, "google", "scope-missing");
  REQUIRE(scope != nullptr);
  CHECK(scope->text == "granted scopes lack drive.readonly, which backend files needs");
  CHECK(find(health, "github", "no-id-token") != nullptr);
  CHECK(health.worst() == Severity::Problem);

  auto old_id = row_of("github", std::nullopt);
  old_id.scopes = {"repo"};
  old_id.id_token = Secret(jwt(good_header(), {{"exp", kNow - 5}}));
  auto stranger = row_of("gitlab", 60);
  const auto second = inspect::judge_session(session_of("s", rows(std::move(old_id), std::move(stranger))), &configured, kNowPoint);
  CHECK(find(second, "github", "id-token-expired") != nullptr);
  CHECK(find(second, "gitlab", "not-configured") != nullptr);
  const auto* absent = find(second, "google", "no-tokens");
  REQUIRE(absent != nullptr);
  CHECK(absent->severity == Severity::Problem);
  CHECK_THAT(absent->text, ContainsSubstring("backend files needs them"));
}

TEST_CASE("doctor: why there is no refresh token, where the provider's habit is known") {
  const auto configured = runtime();
  const auto without = inspect::judge_session(session_of("s", rows(row_of("google", 60, false))), &configured, kNowPoint);
  CHECK(find(without, "google", "google-offline") != nullptr);
  const auto other = inspect::judge_session(session_of("s", rows(row_of("github", 60, false))), &configured, kNowPoint);
  CHECK(find(other, "github", "offline-access") != nullptr);
}

TEST_CASE("doctor: rows of different users in one session") {
  auto other = row_of("github", 60);
  other.user_id = "user-2";
  const auto health = inspect::judge_session(session_of("s", rows(row_of("google", 60), std::move(other))), nullptr, kNowPoint);
  CHECK(has_code(health.observations, "several-users"));
  CHECK(health.worst() == Severity::Problem);
}

TEST_CASE("scopes: what providers leave out of their answers is not missing") {
  CHECK(inspect::missing_scopes({"openid", "offline_access", "a"}, {"a"}).empty());
  CHECK(inspect::missing_scopes({"email", "profile"}, {"https://www.googleapis.com/auth/userinfo.email", "https://www.googleapis.com/auth/userinfo.profile"})
            .empty());
  CHECK(inspect::missing_scopes({"a", "b"}, {}).empty());
  CHECK(inspect::missing_scopes({"a", "b"}, {"b"}) == std::vector<std::string>{"a"});
  CHECK(inspect::missing_scopes({"A"}, {"a"}) == std::vector<std::string>{"A"});
}

TEST_CASE("sessions as JSON: no token in it, and the documented members") {
  auto row = row_of("google", 3600);
  row.id_token = Secret("id-marker");
  row.created_at = kNowPoint;
  row.last_refresh = store::RefreshReport{kNowPoint, true, ""};
  auto session = session_of("0123456789abcdef", rows(std::move(row), row_of("github", std::nullopt, false)));
  session.deleted_providers = {"slack"};
  const auto json = inspect::to_json(session, kNowPoint);
  CHECK(json.dump().find("marker") == std::string::npos);
  CHECK(json["tsid"] == "0123456789abcdef");
  CHECK(json["user"]["email"] == "ann@example.com");
  CHECK(json["client_id"] == "client-1");
  CHECK(json["providers"][0]["has_refresh_token"] == true);
  CHECK(json["providers"][0]["expires_at"]["relative"] == "in 1h");
  CHECK(json["providers"][0]["last_refresh"]["succeeded"] == true);
  CHECK(json["providers"][1]["expired"] == false);
  CHECK(json["deleted_providers"][0] == "slack");
  const auto health = inspect::judge_session(session, nullptr, kNowPoint);
  CHECK(inspect::to_json(session, health, kNowPoint)["worst"] == "note");
  CHECK(inspect::short_id("0123456789abcdef") == "0123456789ab");
}
