#include "core/outgoing/forward_headers.hpp"

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

  Result<std::unique_ptr<outgoing::OutgoingAuth>> make(const config::Strategy& strategy, const std::vector<std::pair<std::string, std::string>>& headers) {
    std::vector<config::ForwardHeader> list;
    for (const auto& [name, value] : headers) list.push_back({name, Secret(value)});
    auto inner = outgoing::make_outgoing(strategy, {http, clock, log.logger, "", false}).value();
    return outgoing::with_forward_headers(std::move(inner), list, log.logger);
  }
};

std::string text(const Result<http::Headers>& headers) {
  REQUIRE(headers);
  std::string out;
  for (const auto& header : *headers) out += header.name + ": " + header.value + "\n";
  return out;
}

std::string applied(outgoing::OutgoingAuth& strategy) {
  auto identity = std::make_shared<identity::Identity>();
  identity->session_id = "session-1";
  identity->upstream_tokens["github"].access_token = Secret("gh");
  return text(run_ready(strategy.apply(std::move(identity))).value());
}

}  // namespace

TEST_CASE("forward headers: every request gets them, with and without an identity, and the strategy keeps its name") {
  Surroundings around;
  const auto strategy = around.make(config::UpstreamInject{"github"}, {{"X-Tenant", "acme"}, {"X-Api-Key", "k-1"}}).value();
  CHECK(strategy->strategy() == "upstream_inject");
  CHECK(strategy->provider() == "github");
  CHECK(applied(*strategy) == "Authorization: Bearer gh\nX-Tenant: acme\nX-Api-Key: k-1\n");
  CHECK(text(run_ready(strategy->apply_without_identity()).value()) == "X-Tenant: acme\nX-Api-Key: k-1\n");
}

TEST_CASE("forward headers: the strategy's own field wins; alone, a forwarded Authorization is the credential") {
  Surroundings around;
  const auto injected = around.make(config::HeaderInjection{"x-api-key", Secret("strategy")}, {{"X-Api-Key", "forwarded"}}).value();
  CHECK(applied(*injected) == "x-api-key: strategy\n");
  const auto alone = around.make(config::Unauthenticated{}, {{"Authorization", "Bearer static"}}).value();
  CHECK(applied(*alone) == "Authorization: Bearer static\n");
}

TEST_CASE("forward headers: a secret replaces plain text of the same name") {
  Surroundings around;
  const auto strategy = around.make(config::Unauthenticated{}, {{"X-Api-Key", "plain"}, {"x-api-key", "secret"}}).value();
  CHECK(applied(*strategy) == "x-api-key: secret\n");
}

TEST_CASE("forward headers: an error of the strategy is the error") {
  Surroundings around;
  const auto strategy = around.make(config::UpstreamInject{"slack"}, {{"X-Tenant", "acme"}}).value();
  const auto headers = run_ready(strategy->apply(std::make_shared<identity::Identity>())).value();
  REQUIRE_FALSE(headers);
  CHECK(headers.error().code() == ErrorCode::UpstreamToken);
}

TEST_CASE("forward headers: fields that MCP itself needs stay the client's, and the log says so without the value") {
  Surroundings around;
  const auto strategy = around
                            .make(config::Unauthenticated{}, {{"Accept", "text/marker"},
                                                              {"content-type", "text/marker"},
                                                              {"Mcp-Session-Id", "marker"},
                                                              {"Last-Event-ID", "marker"},
                                                              {"User-Agent", "agent/1"}})
                            .value();
  CHECK(applied(*strategy) == "User-Agent: agent/1\n");
  CHECK_THAT(*around.log.text, ContainsSubstring("forward_header_ignored") && ContainsSubstring("Mcp-Session-Id") && !ContainsSubstring("marker"));
}

TEST_CASE("forward headers: fields that would split or steer the request are refused, without repeating the value") {
  Surroundings around;
  const std::vector<std::pair<std::string, std::string>> cases{
      {"", "marker"},
      {"X Api", "marker"},
      {"X-Api\r\nX-Evil", "marker"},
      {"Host", "marker"},
      {"content-length", "marker"},
      {"Transfer-Encoding", "marker"},
      {"Connection", "marker"},
      {"Proxy-Authorization", "marker"},
      {"X-Forwarded-For", "marker"},
      {"Forwarded", "marker"},
      {"X-Real-IP", "marker"},
      {"HTTP2-Settings", "marker"},
      {"X-Api", "marker\r\nX-Evil: 1"},
      {"X-Api", "marker\n"},
      {"X-Api", std::string("mar\0ker", 7)},
  };
  for (const auto& [name, value] : cases) {
    INFO(name);
    const auto strategy = around.make(config::Unauthenticated{}, {{"X-Good", "1"}, {name, value}});
    REQUIRE_FALSE(strategy);
    CHECK(strategy.error().code() == ErrorCode::InvalidConfig);
    CHECK(strategy.error().describe().find("marker") == std::string::npos);
  }
}
