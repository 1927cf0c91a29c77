// `aggregation` and `operational`: defaults, every field, and what is refused.
#include "core/config/load.hpp"
#include "core/config/render.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fakes.hpp"

using namespace vmcpauth;
using namespace vmcpauth::config;
using namespace std::chrono_literals;

namespace {

LoadResult load_with(const std::string& more) {
  test::FakeFiles files;
  files.content["config.yaml"] =
      "name: dev\ngroupRef: g\nincomingAuth: {type: anonymous}\noutgoingAuth: {source: inline, default: {type: unauthenticated}}\n"
      "backends:\n  - {name: a, url: \"http://127.0.0.1:1/mcp\", transport: streamable-http}\n" +
      more;
  const test::FakeEnv env;
  return load({.paths = {"config.yaml"}}, files, env);
}

}  // namespace

TEST_CASE("aggregation: ToolHive's defaults") {
  const auto result = load_with("");
  REQUIRE(result.runtime);
  const auto& aggregation = result.runtime->aggregation;
  CHECK_FALSE(aggregation.configured);
  CHECK(aggregation.conflict_resolution == ConflictResolution::Prefix);
  CHECK(aggregation.prefix_format == "{workload}_");
  CHECK_FALSE(aggregation.deny_unlisted);
  const auto& operational = result.runtime->operational;
  CHECK(operational.timeout_of("a") == 30s);
  CHECK(operational.health_check_interval == 30s);
  CHECK(operational.unhealthy_threshold == 3);
  CHECK_FALSE(operational.circuit_breaker.enabled);
  CHECK(operational.circuit_breaker.timeout == 60s);
}

TEST_CASE("aggregation: every field is read") {
  const auto result = load_with(R"(aggregation:
  conflictResolution: priority
  conflictResolutionConfig: {prefixFormat: "{workload}.", priorityOrder: [a, b]}
  excludeAllTools: false
  defaultToolVisibility: deny
  tools:
    - workload: a
      filter: [x, renamed]
      excludeAll: true
      overrides:
        old: {name: renamed, description: better, annotations: {title: T, readOnlyHint: true, openWorldHint: false}}
    - {workload: b, toolConfigRef: {name: elsewhere}, filter: [ignored]}
operational:
  logLevel: debug
  timeouts: {default: 5s, perWorkload: {a: 1m30s}}
  failureHandling:
    healthCheckInterval: 10s
    healthCheckTimeout: 2s
    unhealthyThreshold: 5
    statusReportingInterval: 1m
    partialFailureMode: best_effort
    circuitBreaker: {enabled: true, failureThreshold: 7, timeout: 90s}
)");
  REQUIRE(result.runtime);
  const auto& aggregation = result.runtime->aggregation;
  CHECK(aggregation.configured);
  CHECK(aggregation.conflict_resolution == ConflictResolution::Priority);
  CHECK(aggregation.prefix_format == "{workload}.");
  CHECK(aggregation.priority_order == std::vector<std::string>{"a", "b"});
  CHECK(aggregation.deny_unlisted);
  REQUIRE(aggregation.tools.size() == 2);
  CHECK(aggregation.tools[0].filter == std::vector<std::string>{"x", "renamed"});
  CHECK(aggregation.tools[0].exclude_all);
  const auto& changed = aggregation.tools[0].overrides.at("old");
  CHECK(changed.name == "renamed");
  CHECK(changed.annotations.read_only == true);
  CHECK(changed.annotations.open_world == false);
  CHECK(changed.annotations.destructive == std::nullopt);
  CHECK(aggregation.tools[1].tool_config_ref == "elsewhere");
  CHECK(aggregation.tools[1].filter.empty());
  const auto& operational = result.runtime->operational;
  CHECK(operational.timeout_of("a") == 90s);
  CHECK(operational.timeout_of("b") == 5s);
  CHECK(operational.health_check_timeout == 2s);
  CHECK(operational.circuit_breaker.enabled);
  CHECK(operational.circuit_breaker.failure_threshold == 7);
  CHECK(operational.circuit_breaker.timeout == 90s);
}

TEST_CASE("aggregation: what cannot be meant is refused") {
  const std::string text = GENERATE(
      "aggregation: {conflictResolution: fastest}\n", "aggregation: {conflictResolution: priority}\n", "aggregation: {conflictresolution: prefix}\n",
      "aggregation: {defaultToolVisibility: maybe}\n", "aggregation: {tools: [{filter: [x]}]}\n", "aggregation: {tools: [{workload: a, toolConfigRef: {}}]}\n",
      "operational: {timeouts: {default: 5}}\n", "operational: {timeouts: {perWorkload: {a: soon}}}\n", "operational: {timeouts: {perWorkload: {a: -1s}}}\n",
      "operational: {failureHandling: {unhealthyThreshold: 0}}\n", "operational: {failureHandling: {partialFailureMode: ignore}}\n",
      "operational: {failureHandling: {circuitBreaker: {failureThreshold: 0}}}\n");
  CAPTURE(text);
  CHECK_FALSE(load_with(text).runtime);
}
