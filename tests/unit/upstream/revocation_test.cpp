#include "core/upstream/revocation.hpp"

#include "core/upstream/refusal_rules.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_http_client.hpp"

#include <set>

using namespace vmcpauth;
using upstream::RevokedKind;

namespace {

config::Upstream oidc_upstream() {
  config::Upstream out{.name = "okta", .settings = config::OidcSettings{.issuer_url = "https://okta.example"}, .client_id = "client-1"};
  out.client_secret.emplace("secret-marker-1");
  return out;
}

constexpr const char* kMetadata = R"({"issuer":"https://okta.example","revocation_endpoint":"https://okta.example/revoke"})";

}  // namespace

TEST_CASE("revocation: the endpoint comes from the metadata, and an empty success is one") {
  test::FakeHttpClient http;
  http.on_json("https://okta.example/.well-known/openid-configuration", 200, kMetadata);
  http.on_json("https://okta.example/revoke", 200, "");
  const auto target = run_ready(upstream::find_revocation(oidc_upstream(), std::nullopt, http)).value();
  REQUIRE(target);
  CHECK(target->endpoint.text() == "https://okta.example/revoke");
  CHECK(run_ready(upstream::revoke_token(*target, Secret("token-marker-1"), RevokedKind::RefreshToken, http)).value());
  const auto& sent = http.requests.back();
  CHECK_THAT(sent.body, ContainsSubstring("token=token-marker-1") && ContainsSubstring("token_type_hint=refresh_token"));
  CHECK(sent.headers.contains("authorization"));
}

TEST_CASE("revocation: answers, and what they mean") {
  struct Case {
    int status;
    const char* body;
    bool done;
    const char* code;
  };
  const std::vector<Case> cases{
      {200, "", true, ""},
      {200, "OK", true, ""},
      {200, "{}", true, ""},
      {204, "", true, ""},
      {200, R"({"error":"invalid_client"})", false, "invalid_client"},
      {200, R"({"ok":false,"error":"not_authed"})", false, "not_authed"},
      {400, R"({"error":"unsupported_token_type"})", false, "unsupported_token_type"},
      {400, R"({"error":"invalid_request","error_description":"token-marker-1 secret-marker-1"})", false, "invalid_request"},
      {404, "<html>", false, ""},
      {500, "", false, ""},
  };
  for (const auto& c : cases) {
    INFO(c.status << " " << c.body);
    test::FakeHttpClient http;
    http.on_json("https://okta.example/revoke", c.status, c.body);
    const auto target = run_ready(upstream::find_revocation(oidc_upstream(), Url::parse("https://okta.example/revoke").value(), http)).value();
    REQUIRE(target);
    const auto done = run_ready(upstream::revoke_token(*target, Secret("token-marker-1"), RevokedKind::AccessToken, http)).value();
    CHECK(done.has_value() == c.done);
    if (done) continue;
    CHECK(done.error().oauth_code().value_or("") == c.code);
    CHECK(done.error().describe().find("marker") == std::string::npos);
  }
}

TEST_CASE("revocation: a provider without such an endpoint") {
  test::FakeHttpClient http;
  http.on_json("https://okta.example/.well-known/openid-configuration", 200, R"({"issuer":"https://okta.example"})");
  CHECK(run_ready(upstream::find_revocation(oidc_upstream(), std::nullopt, http)).value().error().code() == ErrorCode::NotFound);
  config::Upstream github{.name = "github",
                          .settings = config::OAuth2Settings{.token_endpoint = Url::parse("https://github.com/login/oauth/access_token").value()}};
  http.on_json("https://github.com/", 404, "");
  const auto none = run_ready(upstream::find_revocation(github, std::nullopt, http)).value();
  CHECK(none.error().code() == ErrorCode::NotFound);
  CHECK_THAT(none.error().message(), ContainsSubstring("Applications"));
  test::FakeHttpClient silent;
  CHECK(run_ready(upstream::find_revocation(oidc_upstream(), std::nullopt, silent)).value().error().code() == ErrorCode::Unreachable);
}

TEST_CASE("refusal rules: ids are unique, texts are one line, and every rule can be reached") {
  std::set<std::string_view> ids;
  for (const auto& rule : upstream::refusal_rules()) {
    INFO(rule.id);
    CHECK(ids.insert(rule.id).second);
    CHECK_FALSE(rule.text.empty());
    CHECK(rule.text.find('\n') == std::string_view::npos);
    CHECK_FALSE((rule.host.empty() && rule.code.empty() && rule.words.empty()));
    const auto url = Url::parse("https://" + (rule.host.empty() ? std::string("idp.example") : std::string(rule.host)) + "/token").value();
    bool reached = false;
    for (const auto asked : {upstream::Asked::Login, upstream::Asked::Refresh, upstream::Asked::Exchange, upstream::Asked::Revocation}) {
      const auto* found = upstream::find_refusal_rule(asked, url, rule.code.empty() ? "other" : rule.code, rule.words);
      reached = reached || found == &rule;
    }
    CHECK(reached);
  }
}
