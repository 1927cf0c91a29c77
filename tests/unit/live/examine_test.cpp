// What a configuration's parties are asked, what is made of their answers, and that nothing secret leaves.
#include "core/live/examine.hpp"

#include <algorithm>

#include "core/base/task_group.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_http_client.hpp"
#include "tests/support/fakes.hpp"

using namespace vmcpauth;
using namespace std::chrono_literals;

namespace {

constexpr const char* kIssuer = "https://sso.example.com";
constexpr const char* kMetadata =
    R"({"issuer":"https://sso.example.com","authorization_endpoint":"https://sso.example.com/a","token_endpoint":"https://sso.example.com/t",
"jwks_uri":"https://sso.example.com/jwks","code_challenge_methods_supported":["S256"],"scopes_supported":["openid","offline_access","profile"],
"grant_types_supported":["authorization_code","refresh_token"]})";
constexpr const char* kKeys =
    R"({"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]})";

config::Party oidc() {
  config::Party party{.role = config::PartyRole::OidcUpstream, .name = "upstream sso", .issuer = {kIssuer, {0, 10, 5}}};
  party.scopes = {{"openid", {0, 20, 5}}, {"offline_access", {0, 30, 5}}};
  return party;
}

config::Party oauth2() {
  config::Party party{.role = config::PartyRole::OAuth2Upstream, .name = "upstream code"};
  party.authorization_endpoint = {"https://code.example.com/a", {0, 40, 5}};
  party.token_endpoint = {"https://code.example.com/t", {0, 50, 5}};
  return party;
}

struct Fixture {
  test::FakeHttpClient client;
  test::FakeClock clock;
  std::vector<std::string> told;

  Fixture() {
    client.on_json("https://sso.example.com/.well-known/openid-configuration", 200, kMetadata);
    client.on_json("https://sso.example.com/jwks", 200, kKeys);
    client.on_json("https://code.example.com/", 405, "");
  }

  std::vector<std::string> ask(std::vector<config::Party> parties, Milliseconds deadline = 30s) {
    live::Examination examination{.parties = std::move(parties), .deadline = deadline};
    examination.progress = [this](std::size_t done, std::size_t all, const std::string& name) {
      told.push_back(std::to_string(done) + "/" + std::to_string(all) + " " + name);
    };
    auto result = run_ready(live::examine(std::move(examination), client, clock));
    REQUIRE(result.has_value());
    std::vector<std::string> out;
    for (const auto& finding : result->all()) out.push_back(config::rule_id(finding.rule) + " " + finding.message);
    return out;
  }

  void answer(std::string url, int status, std::string body, std::string date = "") {
    client.on(std::move(url), [=](const auto&) -> Result<http::ClientResponse> {
      http::ClientResponse response{.status = status, .headers = {}, .body = body};
      if (!date.empty()) response.headers.set("Date", date);
      return response;
    });
  }
  void refuse(std::string url, ErrorCode code, std::string message) {
    client.on(std::move(url), [=](const auto&) -> Result<http::ClientResponse> { return fail(code, message); });
  }
};

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

using Wanted = std::vector<std::string>;

}  // namespace

TEST_CASE_METHOD(Fixture, "live: a good provider gives no finding, and progress is told") {
  CHECK(ask({oidc(), oauth2()}).empty());
  CHECK(told.size() == 2);
  CHECK(told.back().starts_with("2/2 "));
}

TEST_CASE_METHOD(Fixture, "live: nothing but questions is sent") {
  auto party = oauth2();
  party.registration_endpoint = {"https://code.example.com/register", {0, 60, 5}};
  static_cast<void>(ask({oidc(), party}));
  REQUIRE(client.requests.size() == 5);
  for (const auto& request : client.requests) {
    CHECK_FALSE(request.headers.contains("Authorization"));
    CHECK_FALSE(request.headers.contains("Cookie"));
    CHECK((request.method == "GET" || (request.method == "POST" && request.body == "{")));
    CHECK(request.url.find('?') == std::string::npos);
  }
}

TEST_CASE_METHOD(Fixture, "live: who cannot be reached is named with the reason") {
  refuse("https://sso.example.com/", ErrorCode::Unreachable, "TLS: certificate has expired");
  refuse("https://sso.example.com/.well-known/openid-configuration", ErrorCode::Unreachable, "TLS: certificate has expired");
  CHECK(ask({oidc()}) == Wanted{"VMA801 upstream sso: https://sso.example.com/.well-known/openid-configuration: TLS: certificate has expired"});
  refuse("https://code.example.com/", ErrorCode::BlockedAddress, "10.0.0.1 is a private address");
  CHECK(ask({oauth2()}) == Wanted{"VMA802 upstream code: https://code.example.com/a: 10.0.0.1 is a private address",
                                  "VMA802 upstream code: https://code.example.com/t: 10.0.0.1 is a private address"});
  answer("https://code.example.com/", 503, "");
  CHECK(ask({oauth2()}).size() == 2);
}

TEST_CASE_METHOD(Fixture, "live: the issuer must be the same byte for byte") {
  auto party = oidc();
  party.issuer.text = "https://sso.example.com/";
  CHECK(ask({party}) == Wanted{"VMA805 upstream sso: it calls itself \"https://sso.example.com\""});
}

TEST_CASE_METHOD(Fixture, "live: metadata that is not there or says too little") {
  answer("https://sso.example.com/.well-known/openid-configuration", 404, "");
  answer("https://sso.example.com/.well-known/oauth-authorization-server", 200, "<html>");
  CHECK(ask({oidc()}) == Wanted{"VMA803 upstream sso: it publishes no metadata where its issuer says"});
  client.on_json("https://sso.example.com/.well-known/openid-configuration", 200,
                 R"({"issuer":"https://sso.example.com","jwks_uri":"https://sso.example.com/jwks"})");
  CHECK(ask({oidc()}) == Wanted{"VMA804 upstream sso: its metadata has no authorization_endpoint", "VMA804 upstream sso: its metadata has no token_endpoint",
                                "VMA807 upstream sso: its metadata does not advertise PKCE with S256"});
  client.on_json("https://sso.example.com/.well-known/openid-configuration", 200, replaced(kMetadata, "\"https://sso.example.com/jwks\"", "7"));
  CHECK(ask({oidc()}).at(0).starts_with("VMA804 upstream sso: https://sso.example.com/.well-known/openid-configuration: "));
}

TEST_CASE_METHOD(Fixture, "live: PKCE, grants and scopes that are not advertised") {
  client.on_json("https://sso.example.com/.well-known/openid-configuration", 200,
                 replaced(replaced(replaced(kMetadata, "S256", "plain"), ",\"refresh_token\"", ""), "\"offline_access\",", ""));
  CHECK(ask({oidc()}) == Wanted{"VMA807 upstream sso: its metadata does not advertise PKCE with S256",
                                "VMA809 upstream sso: it does not advertise the grant refresh_token",
                                "VMA808 upstream sso: it does not advertise the scope \"offline_access\""});
}

TEST_CASE_METHOD(Fixture, "live: keys must be there and usable") {
  answer("https://sso.example.com/jwks", 200, R"({"keys":[]})");
  CHECK(ask({oidc()}) == Wanted{"VMA806 upstream sso: https://sso.example.com/jwks has no key that can verify a signature"});
  answer("https://sso.example.com/jwks", 500, "");
  CHECK(ask({oidc()}).at(0).starts_with("VMA806 upstream sso: https://sso.example.com/jwks: status 500"));
  auto incoming = oidc();
  incoming.role = config::PartyRole::IncomingIssuer;
  incoming.jwks_url = {"https://keys.example.com/", {0, 70, 5}};
  client.on_json("https://keys.example.com/", 200, kKeys);
  CHECK(ask({incoming}).empty());
}

TEST_CASE_METHOD(Fixture, "live: clocks that differ") {
  // FakeClock starts at 1,800,000,000: Fri, 15 Jan 2027 08:00:00 GMT.
  answer("https://sso.example.com/jwks", 200, kKeys, "Fri, 15 Jan 2027 08:00:04 GMT");
  CHECK(ask({oidc()}).empty());
  answer("https://sso.example.com/jwks", 200, kKeys, "Fri, 15 Jan 2027 07:58:00 GMT");
  CHECK(ask({oidc()}) == Wanted{"VMA811 upstream sso: its clock is 2m behind ours"});
  answer("https://sso.example.com/jwks", 200, kKeys, "Fri, 15 Jan 2027 09:00:10 GMT");
  CHECK(ask({oidc()}) == Wanted{"VMA811 upstream sso: its clock is 1h ahead of ours"});
}

TEST_CASE_METHOD(Fixture, "live: whether clients may register") {
  auto party = oauth2();
  party.registration_endpoint = {"https://code.example.com/register", {0, 60, 5}};
  answer("https://code.example.com/register", 400, R"({"error":"invalid_client_metadata"})");
  CHECK(ask({party}).empty());
  answer("https://code.example.com/register", 401, "");
  CHECK(ask({party}) == Wanted{"VMA810 upstream code: https://code.example.com/register registers nobody without an initial access token (status 401)"});
  party.has_registration_token = true;
  CHECK(ask({party}).empty());
  answer("https://code.example.com/register", 404, "");
  CHECK(ask({party}) == Wanted{"VMA810 upstream code: https://code.example.com/register is no registration endpoint (status 404)"});
  party.registration_endpoint = {};
  party.registration_discovery = {"https://code.example.com/.well-known/x", {0, 61, 5}};
  answer("https://code.example.com/.well-known/x", 200, "{}");
  CHECK(ask({party}) == Wanted{"VMA810 upstream code: its metadata has no registration_endpoint"});
}

TEST_CASE_METHOD(Fixture, "live: one deadline for all") {
  CHECK(ask({oidc()}, 0ms) == Wanted{"VMA812 upstream sso: https://sso.example.com/.well-known/openid-configuration was not asked: the time was over"});
  client.on("https://sso.example.com/.well-known/openid-configuration", [this](const http::ClientRequest& request) -> Result<http::ClientResponse> {
    CHECK(request.timeout == 10s);
    clock.advance(31s);
    return fail(ErrorCode::Timeout, "no answer");
  });
  CHECK(ask({oidc()}).at(0).starts_with("VMA812"));
}

TEST_CASE("live: the parties of a configuration, each once") {
  test::FakeFiles files;
  files.content["in/config.yaml"] =
      "name: a\ngroupRef: g\nincomingAuth: {type: oidc, oidc: {issuer: 'https://mcp.example.com', clientId: c, audience: 'https://mcp.example.com', resource: "
      "'https://mcp.example.com'}}\noutgoingAuth: {source: inline}\n";
  files.content["in/authserver-config.yaml"] =
      "issuer: https://mcp.example.com\nallowed_audiences: ['https://mcp.example.com']\nupstreams:\n- {name: a, type: oidc, oidc_config: {issuer_url: "
      "'https://a.example.com', client_id: c, allow_private_ips: true}}\n- {name: b, type: oauth2, oauth2_config: {authorization_endpoint: "
      "'https://b.example.com/a', "
      "token_endpoint: 'https://b.example.com/t', client_id: c, scopes: [repo]}}\ntrusted_issuers: [{issuer_url: 'https://t.example.com', expected_audience: "
      "x, "
      "allowed_delegate_clients: [y]}]\n";
  const auto parties = config::read_parties({.paths = {"in"}}, files);
  REQUIRE(parties.size() == 3);
  CHECK(parties[0].name == "upstream a");
  CHECK(parties[0].allow_private_addresses);
  CHECK(parties[0].scopes.size() == 2);
  CHECK(parties[1].token_endpoint.text == "https://b.example.com/t");
  CHECK(parties[2].role == config::PartyRole::TrustedIssuer);
}

TEST_CASE("task group: results keep their order, none and one are fine") {
  const auto value = [](int i) -> Task<int> { co_return i; };
  std::vector<Task<int>> tasks;
  CHECK(run_ready(all_of(std::vector<Task<int>>()))->empty());
  for (int i = 0; i < 5; ++i) tasks.push_back(value(i));
  CHECK(run_ready(all_of(std::move(tasks))) == std::vector<int>{0, 1, 2, 3, 4});
}
