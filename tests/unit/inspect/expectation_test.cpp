#include "core/inspect/expectation.hpp"

#include "core/inspect/introspection_query.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_http_client.hpp"
#include "tests/unit/inspect/tokens.hpp"

using namespace vmcpauth;
using namespace vmcpauth::test;

namespace {

config::Runtime runtime() {
  config::Runtime out;
  out.name = "demo";
  config::OidcIncoming incoming;
  incoming.issuer = "https://vmcp.example";
  incoming.audience = "https://vmcp.example/mcp";
  incoming.resource = "https://vmcp.example/mcp";
  incoming.scopes = {"openid", "profile"};
  out.incoming = std::move(incoming);
  out.auth_server.emplace();
  out.auth_server->issuer = "https://vmcp.example";
  out.auth_server->upstreams.push_back({.name = "okta", .settings = config::OidcSettings{.issuer_url = "https://okta.example"}, .client_id = "client-9"});
  out.backends.push_back({.name = "notes", .url = Url::parse("https://notes.example/mcp").value(), .strategy = config::Unauthenticated{}});
  return out;
}

}  // namespace

TEST_CASE("expectation: an incoming token is compared byte for byte") {
  struct Case {
    const char* what;
    Json claims;
    std::vector<bool> matches;  // issuer, audience, scope
    const char* hint;
  };
  const std::vector<Case> cases{
      {"as configured", {{"iss", "https://vmcp.example"}, {"aud", "https://vmcp.example/mcp"}, {"scope", "openid profile email"}}, {true, true, true}, ""},
      {"a backend's own path",
       {{"iss", "https://vmcp.example"}, {"aud", {"x", "https://vmcp.example/mcp/notes"}}, {"scp", {"profile", "openid"}}},
       {true, true, true},
       ""},
      {"slash at the issuer",
       {{"iss", "https://vmcp.example/"}, {"aud", "https://vmcp.example/mcp"}, {"scope", "openid profile"}},
       {false, true, true},
       "slash"},
      {"slash at the audience",
       {{"iss", "https://vmcp.example"}, {"aud", "https://vmcp.example/mcp/"}, {"scope", "openid profile"}},
       {true, false, true},
       "slash"},
      {"other audience", {{"iss", "https://vmcp.example"}, {"aud", "https://api.example"}, {"scope", "openid profile"}}, {true, false, true}, "RFC 8707"},
      {"other case", {{"iss", "https://VMCP.example"}, {"aud", "https://vmcp.example/mcp"}, {"scope", "openid profile"}}, {false, true, true}, ""},
      {"scope missing", {{"iss", "https://vmcp.example"}, {"aud", "https://vmcp.example/mcp"}, {"scope", "openid"}}, {true, true, false}, "missing: profile"},
      {"nothing", Json::object(), {false, false, false}, ""},
      {"wrong types", {{"iss", 1}, {"aud", 2}, {"scope", 3}}, {false, false, false}, ""},
  };
  const auto configured = runtime();
  for (const auto& c : cases) {
    INFO(c.what);
    const auto rows = inspect::compare(inspect::expectation_of(configured, c.claims), c.claims);
    REQUIRE(rows.size() == 3);
    std::string hints;
    for (std::size_t i = 0; i < 3; ++i) {
      CHECK(rows[i].matches == c.matches[i]);
      hints += rows[i].hint;
    }
    CHECK_THAT(hints, ContainsSubstring(c.hint));
  }
}

TEST_CASE("expectation: a provider's ID token is for the client that signed in") {
  const Json claims = {{"iss", "https://okta.example"}, {"aud", "another"}, {"nonce", "n"}};
  const auto expectation = inspect::expectation_of(runtime(), claims);
  CHECK(expectation.role == "token of provider \"okta\"");
  const auto rows = inspect::compare(expectation, claims);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].matches);
  CHECK_FALSE(rows[1].matches);
  CHECK(rows[1].expected == "client-9");
}

TEST_CASE("expectation: nothing is expected where nobody has to log in") {
  config::Runtime anonymous;
  CHECK(inspect::compare(inspect::expectation_of(anonymous, good_claims()), good_claims()).empty());
}

TEST_CASE("expectation: a token of a local serve is told by its loopback issuer") {
  const Json local = {{"iss", "http://127.0.0.1:4483"}, {"tsid", "s"}};
  CHECK(inspect::local_origin_of(runtime(), local) == "http://127.0.0.1:4483");
  CHECK(inspect::local_origin_of(runtime(), {{"iss", "http://127.0.0.1:4483"}}).empty());
  CHECK(inspect::local_origin_of(runtime(), {{"iss", "https://vmcp.example"}, {"tsid", "s"}}).empty());
  CHECK(inspect::local_origin_of(runtime(), {{"iss", "https://far.example"}, {"tsid", "s"}}).empty());
}

TEST_CASE("introspection: the whole answer, or why there is none") {
  FakeHttpClient http;
  http.on_json("https://okta.example/.well-known/openid-configuration", 200,
               R"({"issuer":"https://okta.example","introspection_endpoint":"https://okta.example/introspect"})");
  int status = 200;
  std::string body = R"({"active":true,"sub":"u","scope":"a"})";
  http.on("https://okta.example/introspect", [&](const auto&) { return Result<http::ClientResponse>({status, {{"Content-Type", "application/json"}}, body}); });
  auto configured = runtime();
  configured.auth_server->upstreams[0].client_secret.emplace("secret-marker");
  const auto ask = [&] {
    auto target = inspect::introspection_by_configuration(configured, "okta");
    REQUIRE(target);
    return run_ready(inspect::introspect(*std::move(target), Secret("token-marker-123"), http)).value();
  };
  CHECK(ask().value()["sub"] == "u");
  body = R"({"sub":"u"})";
  CHECK(ask().error().code() == ErrorCode::BadResponse);
  status = 400;
  body = R"({"error":"invalid_request","error_description":"token token-marker-123 with secret-marker"})";
  const auto refused = ask();
  CHECK(refused.error().code() == ErrorCode::UpstreamError);
  CHECK(refused.error().describe().find("marker") == std::string::npos);
  CHECK_FALSE(inspect::introspection_by_configuration(configured, "nobody"));
  CHECK_FALSE(inspect::introspection_by_configuration(configured, ""));
}
