#include "core/inspect/exchange_run.hpp"

#include <set>

#include "tests/support/catch.hpp"
#include "tests/support/fake_http_client.hpp"
#include "tests/support/fakes.hpp"
#include "tests/unit/inspect/tokens.hpp"

using namespace vmcpauth;
using namespace vmcpauth::test;
using config::SubjectTokenType;

namespace {

constexpr const char* kUrl = "https://sts.example/token";

outgoing::ExchangeTarget target() {
  outgoing::ExchangeTarget out{.token_url = Url::parse(kUrl).value(), .client_id = "client-1", .client_secret = Secret("client-secret-marker")};
  out.audience = "https://api.example";
  out.scopes = {"read", "write"};
  return out;
}

inspect::SubjectTokens subjects(const std::vector<SubjectTokenType>& types) {
  inspect::SubjectTokens out;
  for (const auto type : types) out.emplace(type, Secret("subject"));
  return out;
}

inspect::ExchangeOutcome run(FakeHttpClient& http, const std::string& subject = "subject-marker-1") {
  const FakeClock clock;
  return run_ready(inspect::run_exchange(target(), Secret(subject), http, clock)).value();
}

}  // namespace

TEST_CASE("exchange: the request is shown as it is sent, without what is secret") {
  const auto shown = inspect::show_request(target());
  std::vector<std::string> lines;
  for (const auto& field : shown) lines.push_back(field.name + "=" + field.value);
  CHECK(lines == std::vector<std::string>{"Authorization=Basic [redacted] (client client-1)", "grant_type=urn:ietf:params:oauth:grant-type:token-exchange",
                                          "subject_token=[redacted]", "subject_token_type=urn:ietf:params:oauth:token-type:access_token",
                                          "requested_token_type=urn:ietf:params:oauth:token-type:access_token", "audience=https://api.example",
                                          "scope=read write"});
  auto bare = target();
  bare.client_secret.reset();
  CHECK(inspect::show_request(bare).front().name == "client_id");
}

TEST_CASE("exchange: the answer is taken apart and compared with what went in") {
  FakeHttpClient http;
  const auto result = jwt(
      good_header(), {{"iss", "https://sts.example"}, {"sub", "user-1"}, {"aud", "https://api.example"}, {"exp", kNow + 300}, {"act", {{"sub", "client-1"}}}});
  http.on_json(
      kUrl, 200,
      dump_json(
          {{"access_token", result}, {"issued_token_type", "urn:ietf:params:oauth:token-type:access_token"}, {"token_type", "Bearer"}, {"expires_in", 300}}));
  const auto outcome = run(http, jwt(good_header(), good_claims()));
  REQUIRE(outcome.token);
  CHECK(outcome.token->reveal() == result);
  CHECK(outcome.warning.empty());
  CHECK(outcome.lifetime == Seconds(300));
  REQUIRE(outcome.report);
  CHECK(outcome.report->claims["aud"] == "https://api.example");
  REQUIRE_FALSE(outcome.diff.empty());
  CHECK(outcome.diff[0].name == "iss");
  CHECK(outcome.diff[0].change == inspect::Change::Changed);
}

TEST_CASE("exchange: what a strategy would not use is said") {
  FakeHttpClient http;
  http.on_json(kUrl, 200, R"({"access_token":"opaque-answer","token_type":"Bearer"})");
  const auto outcome = run(http);
  REQUIRE(outcome.token);
  CHECK_THAT(outcome.warning, ContainsSubstring("issued_token_type"));
  CHECK(outcome.diff.empty());
}

TEST_CASE("exchange: refusals are explained by rule and repeat no secret") {
  struct Case {
    const char* code;
    const char* description;
    const char* rule;
  };
  const std::vector<Case> cases{
      {"invalid_target", "unknown audience", "exchange.target"},
      {"unauthorized_client", "not allowed", "exchange.client"},
      {"invalid_grant", "AADSTS500131: Assertion audience does not match", "entra.assertion-audience"},
      {"invalid_grant", "AADSTS50013: Assertion failed signature validation", "entra.assertion-invalid"},
      {"interaction_required", "AADSTS50076: you must use multi-factor", "entra.mfa-required"},
      {"invalid_client", "AADSTS7000215: Invalid client secret provided", "entra.wrong-secret"},
      {"invalid_grant", "expired", "exchange.subject-dead"},
      {"access_denied", "Client not allowed to exchange", "keycloak.client-not-allowed"},
      {"invalid_request", "Standard token exchange is not enabled for the requested client", "keycloak.exchange-off"},
      {"invalid_scope", "no such scope", "any.scope"},
      {"unsupported_grant_type", "", "exchange.unsupported"},
      {"invalid_request", "unsupported subject_token_type", "exchange.subject-type"},
      {"made_up_code", "made up", ""},
  };
  for (const auto& c : cases) {
    INFO(c.code << " " << c.description);
    FakeHttpClient http;
    http.on_json(kUrl, 400, dump_json({{"error", c.code}, {"error_description", std::string(c.description) + " subject-marker-1 client-secret-marker"}}));
    const auto outcome = run(http);
    REQUIRE(outcome.refusal);
    CHECK(outcome.refusal->code == c.code);
    CHECK(outcome.refusal->rule == c.rule);
    CHECK(outcome.refusal->means.empty() == std::string_view(c.rule).empty());
    CHECK(outcome.refusal->message.find("marker") == std::string::npos);
    // Said once, not twice.
    if (!outcome.refusal->means.empty()) CHECK(outcome.refusal->message.find(outcome.refusal->means) == std::string::npos);
  }
}

TEST_CASE("exchange: a service that cannot be reached, or answers nonsense, is a refusal without a rule") {
  FakeHttpClient http;
  const auto unreachable = run(http);
  REQUIRE(unreachable.refusal);
  CHECK(unreachable.refusal->rule.empty());
  http.on_json(kUrl, 200, R"({"hello":1})");
  CHECK(run(http).refusal);
  CHECK_FALSE(run(http).token);
}

TEST_CASE("try: the matrix begins with what is configured and holds nothing twice") {
  const auto found = inspect::variations(target(), subjects({SubjectTokenType::AccessToken, SubjectTokenType::IdToken, SubjectTokenType::Jwt}));
  REQUIRE_FALSE(found.empty());
  CHECK(found[0].target.audience == "https://api.example");
  CHECK(found[0].target.resource.empty());
  CHECK(found[0].target.scopes.size() == 2);
  CHECK(found[0].target.subject_token_type == SubjectTokenType::AccessToken);
  CHECK(found.size() <= inspect::kMaxVariations);
  // Three types, four places (audience, resource, both, neither), with and without scope.
  CHECK(found.size() == 24);
  std::set<std::string> seen;
  for (const auto& variation : found) CHECK(seen.insert(variation.shown).second);
}

TEST_CASE("try: only what can be varied is") {
  auto logical = target();
  logical.audience = "orders";  // no URL: never a resource (RFC 8707 §2)
  logical.scopes.clear();
  const auto found = inspect::variations(logical, subjects({SubjectTokenType::AccessToken}));
  REQUIRE(found.size() == 2);
  for (const auto& variation : found) CHECK(variation.target.resource.empty());
  CHECK(inspect::variations(target(), {}).empty());
  auto nothing = target();
  nothing.audience.clear();
  CHECK(inspect::variations(nothing, subjects({SubjectTokenType::AccessToken})).size() == 2);
}

TEST_CASE("try: it is given up when the client itself is refused") {
  CHECK(inspect::is_hopeless({.code = "invalid_client", .message = {}, .rule = {}, .means = {}}));
  CHECK(inspect::is_hopeless({.code = "", .message = "unreachable", .rule = {}, .means = {}}));
  CHECK_FALSE(inspect::is_hopeless({.code = "invalid_target", .message = {}, .rule = {}, .means = {}}));
}
