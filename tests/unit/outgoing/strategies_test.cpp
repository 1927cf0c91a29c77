#include "core/outgoing/make_outgoing.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_http_client.hpp"
#include "tests/support/fakes.hpp"

using namespace vmcpauth;

namespace {

struct Surroundings {
  test::FakeHttpClient http;
  test::FakeClock clock;
  test::RecordingLog log;
  bool injection_disabled = false;
  Result<std::unique_ptr<outgoing::OutgoingAuth>> make(const config::Strategy& strategy) {
    return outgoing::make_outgoing(strategy, {http, clock, log.logger, "sign in again at https://vmcp.example.com/mcp", injection_disabled});
  }
};

identity::IdentityPtr an_identity(std::initializer_list<std::pair<const char*, const char*>> tokens, const char* session = "session-1") {
  auto identity = std::make_shared<identity::Identity>();
  identity->session_id = session;
  for (const auto& [provider, token] : tokens) identity->upstream_tokens[provider].access_token = Secret(token);
  return identity;
}

Result<http::Headers> applied(outgoing::OutgoingAuth& strategy, identity::IdentityPtr identity) {
  return run_ready(strategy.apply(std::move(identity))).value();
}

}  // namespace

TEST_CASE("unauthenticated: adds nothing") {
  Surroundings around;
  const auto strategy = around.make(config::Unauthenticated{}).value();
  const auto headers = applied(*strategy, an_identity({{"github", "gh"}}));
  REQUIRE(headers);
  CHECK(headers->size() == 0);
  CHECK(strategy->strategy() == "unauthenticated");
  CHECK(strategy->provider().empty());
}

TEST_CASE("header_injection: adds the configured field for everybody") {
  Surroundings around;
  for (const char* name : {"X-Api-Key", "Authorization", "Cookie"}) {
    const auto strategy = around.make(config::HeaderInjection{name, Secret("Bearer static")}).value();
    const auto headers = applied(*strategy, an_identity({}));
    REQUIRE(headers);
    CHECK(headers->size() == 1);
    CHECK(headers->get(name) == "Bearer static");
    CHECK(strategy->strategy() == "header_injection");
  }
}

TEST_CASE("header_injection: fields that would split or steer the request are refused, without repeating the value") {
  Surroundings around;
  const std::vector<std::pair<std::string, std::string>> cases{
      {"", "marker"},
      {"X Api", "marker"},
      {"X-Api:", "marker"},
      {"X-Api\r\nX-Evil", "marker"},
      {"Host", "marker"},
      {"content-length", "marker"},
      {"Transfer-Encoding", "marker"},
      {"Connection", "marker"},
      {"X-Forwarded-For", "marker"},
      {"Forwarded", "marker"},
      {"X-Api", ""},
      {"X-Api", "marker\n"},
      {"X-Api", "marker\r\nX-Evil: 1"},
      {"X-Api", "\tmarker"},
      {"X-Api", std::string("mar\0ker", 7)},
      {"X-Api", "marker\x7f"},
      {"TE", "marker"},
      {"Upgrade", "marker"},
  };
  for (const auto& [name, value] : cases) {
    INFO(name);
    const auto strategy = around.make(config::HeaderInjection{name, Secret(value)});
    REQUIRE_FALSE(strategy);
    CHECK(strategy.error().code() == ErrorCode::InvalidConfig);
    CHECK(strategy.error().describe().find("marker") == std::string::npos);
    CHECK(strategy.error().describe().find('\n') == std::string::npos);
  }
}

TEST_CASE("upstream_inject: the provider's token, and only that provider's") {
  Surroundings around;
  const auto strategy = around.make(config::UpstreamInject{"github"}).value();
  CHECK(strategy->strategy() == "upstream_inject");
  CHECK(strategy->provider() == "github");
  const auto headers = applied(*strategy, an_identity({{"github", "gho_1"}, {"okta", "other"}}));
  REQUIRE(headers);
  CHECK(headers->size() == 1);
  CHECK(headers->get("authorization") == "Bearer gho_1");
}

TEST_CASE("upstream_inject: without a usable token there is an error that says what to do, never a request") {
  Surroundings around;
  const auto strategy = around.make(config::UpstreamInject{"github"}).value();
  auto failed = std::make_shared<identity::Identity>(identity::Identity{.session_id = "session-1"});
  failed->upstream_failures.emplace("github", Error(ErrorCode::UpstreamToken, "the refresh token was revoked"));
  auto anonymous = std::make_shared<identity::Identity>(identity::Identity{.anonymous = true});
  struct Case {
    identity::IdentityPtr identity;
    const char* words;
  };
  const std::vector<Case> cases{
      {an_identity({}), "never signed in"},
      {an_identity({{"GitHub", "gho_1"}}), "never signed in"},
      {an_identity({{"github", ""}}), "never signed in"},
      {an_identity({{"okta", "gho_1"}}), "never signed in"},
      {an_identity({}, ""), "tsid"},
      {anonymous, "anonymous"},
      {failed, "the refresh token was revoked"},
      {an_identity({{"github", "marker\r\nX-Evil: 1"}}), "no header field"},
      {an_identity({{"github", " marker"}}), "no header field"},
  };
  for (const auto& c : cases) {
    const auto headers = applied(*strategy, c.identity);
    REQUIRE_FALSE(headers);
    CHECK(headers.error().code() == ErrorCode::UpstreamToken);
    CHECK_THAT(headers.error().message(), ContainsSubstring("provider \"github\""));
    CHECK_THAT(headers.error().describe(), ContainsSubstring(c.words));
    CHECK_THAT(headers.error().describe(), ContainsSubstring("sign in again at https://vmcp.example.com/mcp"));
    CHECK(headers.error().describe().find("marker") == std::string::npos);
  }
}

TEST_CASE("make_outgoing: settings at odds with themselves are refused") {
  Surroundings around;
  CHECK_FALSE(around.make(config::UpstreamInject{""}));
  const auto token_url = Url::parse("https://sts.example.com/token").value();
  CHECK(around.make(config::TokenExchange{.token_url = token_url}));
  CHECK_FALSE(around.make(config::TokenExchange{.token_url = token_url, .subject_provider_name = ""}));
  CHECK_FALSE(around.make(config::TokenExchange{.token_url = token_url, .client_secret = Secret("s")}));
  CHECK_FALSE(around.make(config::TokenExchange{.token_url = token_url, .external_token_header_name = "X Token"}));
  CHECK_FALSE(around.make(config::TokenExchange{.token_url = token_url, .external_token_header_name = "Host"}));
  CHECK_FALSE(around.make(config::TokenExchange{.token_url = Url::parse("https://sts.example.com/token#x").value()}));
  around.injection_disabled = true;
  for (const bool inject : {true, false}) {
    const auto refused = inject ? around.make(config::UpstreamInject{"github"}) : around.make(config::TokenExchange{.token_url = token_url});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code() == ErrorCode::InvalidConfig);
    CHECK_THAT(refused.error().message(), ContainsSubstring("disable_upstream_token_injection"));
  }
  CHECK(around.make(config::Unauthenticated{}));
  CHECK(around.make(config::HeaderInjection{"X-Api-Key", Secret("k")}));
}
