// The demo world and --mock-idps, driven the way the authorization server and the proxy will drive them.
#include "proxy/demo/demo_config.hpp"
#include "proxy/demo/mock_upstreams.hpp"
#include "tests/unit/proxy_demo/provider_fixture.hpp"

using namespace vmcpauth;
using namespace vmcpauth::test;
using namespace vmcpauth::config;

namespace {

const proxy::DemoOrigins kOrigins{"http://127.0.0.1:8000", "http://127.0.0.1:8001", "http://127.0.0.1:8002",
                                  "http://127.0.0.1:8003", "http://127.0.0.1:8004", "http://127.0.0.1:8005"};

Url url(const std::string& text) {
  auto parsed = Url::parse(text);
  REQUIRE(parsed);
  return *parsed;
}

// One leg as an upstream client does it: authorize with what the configuration says, then redeem.
http::Response leg(Browser& browser, const Upstream& upstream, const std::string& user) {
  std::string scope;
  for (const auto& s : upstream.scopes) scope += (scope.empty() ? "" : " ") + s;
  const auto back = browser.decide({{"response_type", "code"},
                                    {"client_id", upstream.client_id},
                                    {"redirect_uri", upstream.redirect_uri},
                                    {"scope", scope},
                                    {"state", "s"},
                                    {"code_challenge", kChallenge},
                                    {"code_challenge_method", "S256"}},
                                   upstream.name + "|" + user);
  REQUIRE(back.status == 303);
  auto form = code_request(field(query_of(back), "code"));
  form = with(form, "redirect_uri", upstream.redirect_uri);
  return browser.post("/token", form, basic(upstream.client_id, upstream.client_secret->reveal()));
}

int call_status(proxy::McpBackend& backend, const std::string& token) {
  const auto response = run_ready(backend.handle({.method = "POST",
                                                  .path = "/mcp",
                                                  .headers = {{"Content-Type", "application/json"}, {"Authorization", "Bearer " + token}},
                                                  .body = R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25"}})"}));
  REQUIRE(response);
  return response->status;
}

// A manifest of the guide's shape: two upstreams, injection and exchange mixed.
Runtime manifest() {
  Runtime runtime;
  runtime.auth_server.emplace(AuthServer{.issuer = "http://127.0.0.1:8000"});
  auto& as = *runtime.auth_server;
  as.upstreams.push_back({.name = "okta",
                          .settings = OidcSettings{.issuer_url = "https://acme.okta.com/oauth2/default", .subject_claim = "uid"},
                          .client_id = "okta-client",
                          .client_secret = Secret("okta-secret"),
                          .redirect_uri = "http://127.0.0.1:8000/oauth/callback",
                          .scopes = {"openid", "offline_access"},
                          .ca_bundle_path = "/etc/okta.pem"});
  OAuth2Settings slack{.authorization_endpoint = url("https://slack.com/oauth/v2/authorize?team=T1"),
                       .token_endpoint = url("https://slack.com/api/oauth.v2.access")};
  slack.userinfo =
      UserInfoEndpoint{.endpoint = url("https://slack.com/api/users.identity"), .additional_headers = {{"X-Api-Key", "real"}}, .subject_fields = {"user_id"}};
  slack.token_response_mapping = TokenResponseMapping{.access_token_path = "authed_user.access_token"};
  slack.identity_from_token = IdentityFromToken{.subject_path = "authed_user.id"};
  as.upstreams.push_back({.name = "slack",
                          .settings = std::move(slack),
                          .client_id = "slack-client",
                          .client_secret = Secret("slack-secret"),
                          .redirect_uri = "http://127.0.0.1:8000/oauth/callback",
                          .scopes = {"users:read"}});
  const auto exchange = [](const char* token_url, const char* audience, std::optional<std::string> provider) {
    return TokenExchange{.token_url = url(token_url),
                         .client_id = "sts",
                         .client_secret = Secret("sts-secret"),
                         .audience = audience,
                         .subject_provider_name = std::move(provider)};
  };
  runtime.backends.push_back({.name = "chat", .url = url("http://127.0.0.1:1/mcp"), .strategy = UpstreamInject{"slack"}});
  runtime.backends.push_back(
      {.name = "hr", .url = url("http://127.0.0.1:2/mcp"), .strategy = exchange("https://acme.okta.com/oauth2/default/v1/token", "api://hr", "okta")});
  runtime.backends.push_back(
      {.name = "own", .url = url("http://127.0.0.1:3/mcp"), .strategy = exchange("https://acme.okta.com/oauth2/other/token", "api://own", {})});
  runtime.backends.push_back({.name = "else", .url = url("http://127.0.0.1:4/mcp"), .strategy = exchange("https://sts.example/token", "api://else", {})});
  return runtime;
}

const std::map<std::string, std::string> kMocks{{"okta", "http://127.0.0.1:8101"}, {"slack", "http://127.0.0.1:8102"}};

const TokenExchange& exchange_of(const Runtime& runtime, std::size_t index) { return std::get<TokenExchange>(runtime.backends[index].strategy); }

}  // namespace

TEST_CASE("demo world: the configuration hangs together") {
  CountingRandom random;
  const auto world = proxy::demo_world(kOrigins, random);
  REQUIRE(world);
  const auto& as = *world->runtime.auth_server;
  const auto& incoming = std::get<OidcIncoming>(world->runtime.incoming);
  CHECK(incoming.issuer == as.issuer);
  CHECK(incoming.audience == "http://127.0.0.1:8000/mcp");
  CHECK(as.allowed_audiences == std::vector<std::string>{incoming.audience});
  REQUIRE(as.upstreams.size() == 2);
  CHECK(as.upstreams[0].redirect_uri == "http://127.0.0.1:8000/oauth/callback");
  REQUIRE(world->runtime.backends.size() == 3);
  REQUIRE(world->backends.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(world->backends[i].name == world->runtime.backends[i].name);
    CHECK(world->backends[i].origin + "/mcp" == world->runtime.backends[i].url.text());
  }
  CHECK(std::is_sorted(world->runtime.backends.begin(), world->runtime.backends.end(), [](const auto& a, const auto& b) { return a.name < b.name; }));
  CHECK_FALSE(as.upstreams[0].client_secret->equals(as.upstreams[1].client_secret->reveal()));

  auto two = kOrigins;
  two.reports.clear();
  CHECK(proxy::demo_world(two, random)->backends.size() == 2);
  auto broken = kOrigins;
  broken.notes = "127.0.0.1:1";
  CHECK_FALSE(proxy::demo_world(broken, random));
  broken = kOrigins;
  broken.vmcp = "";
  CHECK_FALSE(proxy::demo_world(broken, random));
}

TEST_CASE("demo world: each backend takes its own provider's token and no other") {
  World world;
  auto demo = proxy::demo_world(kOrigins, world.random);
  REQUIRE(demo);
  const auto& upstreams = demo->runtime.auth_server->upstreams;
  Browser corporate(world, std::move(demo->providers[0]));
  Browser github(world, std::move(demo->providers[1]));
  std::vector<std::unique_ptr<proxy::McpBackend>> backends;
  for (auto& spec : demo->backends) backends.push_back(*proxy::McpBackend::make(std::move(spec), world.trust, world.clock, world.random));

  const auto corporate_tokens = json_of(leg(corporate, upstreams[0], "ada"));
  CHECK(corporate_tokens.contains("id_token"));
  CHECK(corporate_tokens.contains("refresh_token"));
  const auto corporate_token = corporate_tokens["access_token"].get<std::string>();
  const auto github_answer = leg(github, upstreams[1], "grace");
  CHECK(github_answer.headers.get("Content-Type") == "application/x-www-form-urlencoded");
  const auto github_token = field(github_answer.body, "access_token");
  CHECK_FALSE(field(github_answer.body, "refresh_token").empty());
  CHECK(json_of(github.get("/userinfo", "", {{"Authorization", "Bearer " + github_token}}))["id"] == "github-like|grace");

  const auto& reports = exchange_of(demo->runtime, 1);
  const auto exchanged = json_of(corporate.post("/token",
                                                {{"grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"},
                                                 {"subject_token", corporate_token},
                                                 {"subject_token_type", "urn:ietf:params:oauth:token-type:access_token"},
                                                 {"audience", reports.audience},
                                                 {"scope", reports.scopes[0]}},
                                                basic(reports.client_id, reports.client_secret->reveal())))["access_token"]
                             .get<std::string>();
  const std::string tokens[] = {corporate_token, exchanged, github_token};  // notes, reports, tickets
  for (std::size_t b = 0; b < 3; ++b) {
    for (std::size_t t = 0; t < 3; ++t) {
      INFO(b << " " << t);
      CHECK(call_status(*backends[b], tokens[t]) == (b == t ? 200 : 401));
    }
  }
}

TEST_CASE("mock idps: names are those of the chain") {
  const auto runtime = manifest();
  CHECK(*proxy::mocked_names(*runtime.auth_server, {}) == std::vector<std::string>{"okta", "slack"});
  CHECK(*proxy::mocked_names(*runtime.auth_server, {"slack"}) == std::vector<std::string>{"slack"});
  const auto unknown = proxy::mocked_names(*runtime.auth_server, {"slack", "google"});
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().code() == ErrorCode::NotFound);
  CHECK(unknown.error().message() == "there is no upstream \"google\" to mock (there is: okta, slack)");
}

TEST_CASE("mock idps: endpoints move to the mocks, everything else stays") {
  auto runtime = manifest();
  const auto specs = proxy::mock_upstreams(*runtime.auth_server, runtime.backends, kMocks);
  REQUIRE(specs);
  REQUIRE(specs->size() == 2);
  const auto& okta = runtime.auth_server->upstreams[0];
  CHECK(std::get<OidcSettings>(okta.settings).issuer_url == "http://127.0.0.1:8101");
  CHECK(std::get<OidcSettings>(okta.settings).subject_claim == "uid");
  CHECK(okta.client_id == "okta-client");
  CHECK(okta.allow_private_ips);
  CHECK(okta.insecure_allow_http);
  CHECK_FALSE(okta.ca_bundle_path);
  const auto& slack = std::get<OAuth2Settings>(runtime.auth_server->upstreams[1].settings);
  CHECK(slack.authorization_endpoint.value().text() == "http://127.0.0.1:8102/authorize");
  CHECK(slack.token_endpoint.value().text() == "http://127.0.0.1:8102/token");
  CHECK(slack.userinfo->endpoint.text() == "http://127.0.0.1:8102/userinfo");
  CHECK(slack.userinfo->additional_headers.empty());
  CHECK(exchange_of(runtime, 1).token_url.text() == "http://127.0.0.1:8101/token");
  CHECK(exchange_of(runtime, 2).token_url.text() == "http://127.0.0.1:8101/token");  // same host as the mocked issuer
  CHECK(exchange_of(runtime, 3).token_url.text() == "https://sts.example/token");
}

TEST_CASE("mock idps: mocks answer as the manifest expects of the real ones") {
  World world;
  auto runtime = manifest();
  auto specs = proxy::mock_upstreams(*runtime.auth_server, runtime.backends, kMocks);
  REQUIRE(specs);
  Browser okta(world, std::move((*specs)[0]));
  Browser slack(world, std::move((*specs)[1]));
  const auto okta_tokens = json_of(leg(okta, runtime.auth_server->upstreams[0], "ada"));
  CHECK(claims_of(okta_tokens["id_token"].get<std::string>())["uid"] == "okta|ada");
  const auto slack_tokens = json_of(leg(slack, runtime.auth_server->upstreams[1], "alan"));
  CHECK(slack_tokens["authed_user"]["id"] == "slack|alan");
  CHECK(slack_tokens["authed_user"]["access_token"].is_string());
  const http::Headers bearer{{"Authorization", "Bearer " + slack_tokens["authed_user"]["access_token"].get<std::string>()}};
  CHECK(json_of(slack.get("/userinfo", "", bearer))["user_id"] == "slack|alan");

  const auto exchange = [&](const char* audience) {
    return okta.post("/token",
                     {{"grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"},
                      {"subject_token", okta_tokens["access_token"].get<std::string>()},
                      {"subject_token_type", "urn:ietf:params:oauth:token-type:access_token"},
                      {"audience", audience}},
                     basic("sts", "sts-secret"));
  };
  CHECK(exchange("api://hr").status == 200);
  CHECK(exchange("api://own").status == 200);
  CHECK(json_of(exchange("api://else"))["error"] == "invalid_target");
}

TEST_CASE("mock idps: only the selected upstream is touched") {
  auto runtime = manifest();
  const auto specs = proxy::mock_upstreams(*runtime.auth_server, runtime.backends, {{"slack", "http://127.0.0.1:8102"}});
  REQUIRE(specs);
  CHECK(specs->size() == 1);
  CHECK(std::get<OidcSettings>(runtime.auth_server->upstreams[0].settings).issuer_url == "https://acme.okta.com/oauth2/default");
  CHECK_FALSE(runtime.auth_server->upstreams[0].insecure_allow_http);
  CHECK(exchange_of(runtime, 1).token_url.text() == "https://acme.okta.com/oauth2/default/v1/token");
}

TEST_CASE("mock idps: registration, offline access and odd clients") {
  auto runtime = manifest();
  auto& slack = std::get<OAuth2Settings>(runtime.auth_server->upstreams[1].settings);
  slack.dcr = DcrSettings{.discovery_url = url("https://slack.com/.well-known/oauth-authorization-server"), .initial_access_token = Secret("initial")};
  runtime.auth_server->upstreams[1].client_id.clear();
  runtime.auth_server->upstreams[0].additional_authorization_params["access_type"] = "offline";
  std::get<TokenExchange>(runtime.backends[1].strategy).client_id.clear();
  const auto specs = proxy::mock_upstreams(*runtime.auth_server, runtime.backends, kMocks);
  REQUIRE(specs);
  CHECK((*specs)[0].refresh_tokens == proxy::RefreshTokens::Always);
  CHECK((*specs)[0].anonymous_exchange);
  REQUIRE((*specs)[1].registration);
  CHECK((*specs)[1].registration->initial_access_token->equals("initial"));
  CHECK((*specs)[1].clients.empty());
  CHECK(slack.dcr->discovery_url->text() == "http://127.0.0.1:8102/.well-known/oauth-authorization-server");
}

TEST_CASE("mock idps: what cannot be mocked says so") {
  auto runtime = manifest();
  CHECK(proxy::mock_upstreams(*runtime.auth_server, runtime.backends, {{"google", "http://127.0.0.1:1"}}).error().code() == ErrorCode::NotFound);
  CHECK(proxy::mock_upstreams(*runtime.auth_server, runtime.backends, {{"slack", "nonsense"}}).error().code() == ErrorCode::InvalidInput);
  auto clash = manifest();
  std::get<TokenExchange>(clash.backends[2].strategy).client_secret = Secret("another");
  const auto result = proxy::mock_upstreams(*clash.auth_server, clash.backends, kMocks);
  REQUIRE_FALSE(result);
  CHECK(result.error().message() == "the client \"sts\" has different secrets in different places");
}
