#include "core/inspect/token_report.hpp"

#include "core/inspect/claim_values.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/inspect/tokens.hpp"

using namespace vmcpauth;
using namespace vmcpauth::test;

namespace {

const TimePoint kNowPoint = from_unix_seconds(kNow);

inspect::TokenReport report_of(const Json& header, const Json& claims) { return inspect::make_report(decoded(jwt(header, claims)), kNowPoint); }

Json changed(Json object, const char* name, const Json& value) {
  object[name] = value;
  return object;
}
Json without(Json object, const char* name) {
  object.erase(name);
  return object;
}

struct Odd {
  const char* code;
  inspect::Severity severity;
  Json header, claims;
};

void check(const std::vector<Odd>& cases) {
  for (const auto& c : cases) {
    INFO(c.code);
    const auto report = report_of(c.header, c.claims);
    REQUIRE(has_code(report.observations, c.code));
    for (const auto& one : report.observations) {
      if (one.code.text() == c.code) CHECK(one.severity == c.severity);
    }
    CHECK(report.good() == (c.severity != inspect::Severity::Problem));
  }
}

}  // namespace

TEST_CASE("report: nothing is said against a token that is as it should be") {
  const auto report = report_of(good_header(), good_claims());
  CHECK(report.observations.empty());
  CHECK(report.good());
  CHECK(report.form == inspect::TokenForm::Jws);
}

TEST_CASE("report: what is odd about a header") {
  using enum inspect::Severity;
  const auto claims = good_claims();
  const auto header = good_header();
  check({
      {"alg-missing", Problem, without(header, "alg"), claims},
      {"alg-not-text", Problem, changed(header, "alg", 7), claims},
      {"alg-none", Problem, changed(header, "alg", "none"), claims},
      {"alg-none", Problem, changed(header, "alg", "nOnE"), claims},
      {"alg-shared-secret", Problem, changed(header, "alg", "HS256"), claims},
      {"alg-unknown", Problem, changed(header, "alg", "ES256K"), claims},
      {"typ-other", Warning, changed(header, "typ", "dpop+jwt"), claims},
      {"typ-not-text", Problem, changed(header, "typ", Json::array()), claims},
      {"kid-missing", Note, without(header, "kid"), claims},
      {"kid-not-text", Problem, changed(header, "kid", 1), claims},
      {"kid-too-long", Problem, changed(header, "kid", std::string(2000, 'k')), claims},
      {"crit", Problem, changed(header, "crit", {"exp"}), claims},
      {"b64", Problem, changed(header, "b64", false), claims},
      {"embedded-jwk", Warning, changed(header, "jwk", Json::object()), claims},
      {"embedded-jku", Warning, changed(header, "jku", "https://evil.example/keys"), claims},
      {"embedded-x5c", Warning, changed(header, "x5c", Json::array()), claims},
      {"embedded-x5u", Warning, changed(header, "x5u", "https://evil.example/cert"), claims},
      {"nested", Note, changed(header, "cty", "JWT"), claims},
      {"compressed", Note, changed(header, "zip", "DEF"), claims},
      {"header-nonce", Warning, changed(header, "nonce", "abc"), claims},
  });
  for (const auto* accepted : {"JWT", "jwt", "at+jwt", "application/at+jwt"}) CHECK(report_of(changed(header, "typ", accepted), claims).observations.empty());
}

TEST_CASE("report: what is odd about times") {
  using enum inspect::Severity;
  const auto claims = good_claims();
  const auto header = good_header();
  check({
      {"exp-missing", Problem, header, without(claims, "exp")},
      {"exp-not-date", Problem, header, changed(claims, "exp", std::to_string(kNow + 60))},
      {"exp-not-date", Problem, header, changed(claims, "exp", -5)},
      {"exp-milliseconds", Problem, header, changed(claims, "exp", (kNow + 60) * 1000)},
      {"exp-fraction", Note, header, changed(claims, "exp", static_cast<double>(kNow) + 3600.5)},
      {"expired", Problem, header, changed(claims, "exp", kNow - 31)},
      {"expired", Problem, header, changed(claims, "exp", 0)},
      {"expired-leeway", Warning, header, changed(claims, "exp", kNow - 20)},
      {"expires-soon", Warning, header, changed(claims, "exp", kNow + 59)},
      {"iat-missing", Note, header, without(claims, "iat")},
      {"iat-future", Problem, header, changed(claims, "iat", kNow + 31)},
      {"iat-not-date", Problem, header, changed(claims, "iat", "now")},
      {"nbf-future", Problem, header, changed(claims, "nbf", kNow + 31)},
      {"nbf-after-exp", Problem, header, changed(changed(claims, "nbf", kNow + 10), "exp", kNow + 5)},
      {"exp-before-iat", Problem, header, changed(claims, "exp", kNow - 60)},
      {"long-lived", Warning, header, changed(claims, "exp", kNow + 90'000)},
      {"short-lived", Note, header, changed(changed(claims, "iat", kNow), "exp", kNow + 59)},
  });
  // The leeway of 30 seconds, as when serving.
  CHECK_FALSE(has_code(report_of(header, changed(claims, "iat", kNow + 30)).observations, "iat-future"));
}

TEST_CASE("report: what is odd about issuer, audience, subject and scope") {
  using enum inspect::Severity;
  const auto claims = good_claims();
  const auto header = good_header();
  check({
      {"iss-missing", Problem, header, without(claims, "iss")},
      {"iss-not-text", Problem, header, changed(claims, "iss", 1)},
      {"iss-not-text", Problem, header, changed(claims, "iss", "")},
      {"iss-not-url", Note, header, changed(claims, "iss", "me")},
      {"iss-trailing-slash", Note, header, changed(claims, "iss", "https://idp.example/")},
      {"iss-http", Warning, header, changed(claims, "iss", "http://idp.example")},
      {"aud-missing", Problem, header, without(claims, "aud")},
      {"aud-empty", Problem, header, changed(claims, "aud", Json::array())},
      {"aud-malformed", Problem, header, changed(claims, "aud", {1, "a"})},
      {"aud-malformed", Problem, header, changed(claims, "aud", Json::object())},
      {"aud-blank", Warning, header, changed(claims, "aud", {"", "a"})},
      {"aud-several", Note, header, changed(claims, "aud", {"a", "b"})},
      {"sub-missing", Problem, header, without(claims, "sub")},
      {"sub-missing", Problem, header, changed(claims, "sub", "")},
      {"sub-not-text", Problem, header, changed(claims, "sub", 12)},
      {"scope-malformed", Warning, header, changed(claims, "scope", 1)},
      {"scope-array", Note, header, changed(claims, "scope", {"a", "b"})},
      {"scope-differs", Warning, header, changed(claims, "scp", {"openid"})},
      {"scope-comma", Warning, header, changed(claims, "scope", "repo,user")},
      {"id-token", Warning, header, changed(without(claims, "scope"), "nonce", "n")},
      {"bound", Warning, header, changed(claims, "cnf", {{"jkt", "x"}})},
      {"vmcp", Note, header, changed(claims, "tsid", "session")},
      {"tsid-not-text", Problem, header, changed(claims, "tsid", 1)},
      {"at-jwt-jti", Note, header, without(claims, "jti")},
      {"at-jwt-client_id", Note, header, without(claims, "client_id")},
      {"act-malformed", Problem, header, changed(claims, "act", "agent")},
      {"act-anonymous", Warning, header, changed(claims, "act", Json::object())},
  });
}

TEST_CASE("report: the chain of actors, the newest first") {
  auto claims = good_claims();
  claims["act"] = {{"sub", "agent-b"}, {"iss", "https://b.example"}, {"act", {{"client_id", "agent-a"}}}};
  claims["may_act"] = {{"sub", "agent-c"}};
  const auto report = report_of(good_header(), claims);
  REQUIRE(report.actors.actors.size() == 2);
  CHECK(report.actors.actors[0].subject == "agent-b");
  CHECK(report.actors.actors[0].issuer == "https://b.example");
  CHECK(report.actors.actors[1].client_id == "agent-a");
  REQUIRE(report.actors.may_act.size() == 1);
  Json deep = {{"sub", "x"}};
  for (int i = 0; i < 20; ++i) deep = {{"sub", "x"}, {"act", deep}};
  const auto long_chain = report_of(good_header(), changed(good_claims(), "act", deep));
  CHECK(long_chain.actors.actors.size() == 16);
  CHECK(has_code(long_chain.observations, "act-deep"));
}

TEST_CASE("report: problems come first") {
  const auto report = report_of(without(good_header(), "kid"), changed(good_claims(), "exp", kNow - 100));
  REQUIRE(report.observations.size() >= 2);
  CHECK(report.observations.front().code.text() == "expired");
  CHECK(report.observations.back().severity == inspect::Severity::Note);
}

TEST_CASE("report: a token inside a token is shown nowhere") {
  const auto inner = jwt(good_header(), {{"marker", "inner-secret"}});
  auto claims = good_claims();
  claims["nested"] = {{"list", {inner, "plain"}}};
  auto header = good_header();
  header["wrapped"] = inner;
  const auto report = report_of(header, claims);
  const auto text = to_json(report, kNowPoint).dump();
  CHECK(text.find(inner) == std::string::npos);
  CHECK(text.find("plain") != std::string::npos);
  CHECK(report.claims["nested"]["list"][0] == "[redacted]");
}

TEST_CASE("report: the JSON form is the documented one") {
  auto claims = good_claims();
  claims["act"] = {{"sub", "agent"}};
  auto report = report_of(good_header(), claims);
  report.label = "access token";
  report.signature = {inspect::SignatureState::Valid, "the file keys.json", ""};
  report.compared_with = "token for the vMCP server demo";
  report.comparisons.push_back({"audience", false, "a", "b", "ask for it"});
  const auto json = to_json(report, kNowPoint);
  std::vector<std::string> names;
  for (const auto& [name, value] : json.items()) names.push_back(name);
  CHECK(names == std::vector<std::string>{"label", "form", "bytes", "good", "header", "claims", "times", "observations", "signature", "comparison", "actors"});
  CHECK(json["form"] == "jwt");
  CHECK(json["good"] == false);
  CHECK(json["times"]["exp"]["unix"] == kNow + 3600);
  CHECK(json["times"]["exp"]["utc"] == "2027-01-15 09:00:00Z");
  CHECK(json["times"]["exp"]["relative"] == "in 1h");
  CHECK(json["signature"]["state"] == "valid");
  CHECK(json["comparison"]["rows"][0]["hint"] == "ask for it");
  CHECK(json["actors"][0]["sub"] == "agent");
}

TEST_CASE("report: an opaque token has form, size and what is known about it, never itself") {
  const auto report = inspect::make_report(decoded("gho_16C7e42F292c6912E7710c838347Ae178B4a"), kNowPoint);
  const auto text = to_json(report, kNowPoint).dump();
  CHECK(text.find("16C7e42F") == std::string::npos);
  CHECK(to_json(report, kNowPoint)["recognised"]["id"] == "github-oauth");
  CHECK(report.good());
}

TEST_CASE("times: as text") {
  CHECK(inspect::utc_text(from_unix_seconds(0)) == "1970-01-01 00:00:00Z");
  CHECK(inspect::utc_text(from_unix_seconds(253'402'300'799)) == "9999-12-31 23:59:59Z");
  CHECK(inspect::relative_text(from_unix_seconds(100), from_unix_seconds(100)) == "now");
  CHECK(inspect::relative_text(from_unix_seconds(160), from_unix_seconds(100)) == "in 1m");
  CHECK(inspect::relative_text(from_unix_seconds(40), from_unix_seconds(100)) == "1m ago");
}
