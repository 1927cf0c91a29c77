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
    - {workload: b, toolConfigRef: {name: elsewhere}, filter: [written]}
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
  // The vMCP process follows no reference: what is written beside it counts.
  CHECK(aggregation.tools[1].filter == std::vector<std::string>{"written"});
  CHECK(aggregation.tools[1].tool_config_ref == "elsewhere");
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
      "aggregation: {conflictResolution: manual}\n", "aggregation: {tools: [{workload: a}, {workload: a}]}\n",
      "aggregation: {tools: [{workload: a, overrides: {x: {}}}]}\n", "aggregation: {tools: [{workload: a, overrides: {x: {annotations: {title: T}}}}]}\n",
      "aggregation: {tools: [{workload: a, toolConfigRef: {name: x}}]}\n",
      "aggregation: {conflictResolution: priority, defaultToolVisibility: deny, conflictResolutionConfig: {priorityOrder: [a, b]}, tools: [{workload: a}]}\n",
      "operational: {timeouts: {default: 5}}\n", "operational: {timeouts: {perWorkload: {a: soon}}}\n", "operational: {timeouts: {perWorkload: {a: -1s}}}\n",
      "operational: {failureHandling: {unhealthyThreshold: 0}}\n", "operational: {failureHandling: {partialFailureMode: ignore}}\n",
      "operational: {failureHandling: {circuitBreaker: {failureThreshold: 0}}}\n");
  CAPTURE(text);
  CHECK_FALSE(load_with(text).runtime);
}

namespace {

constexpr std::string_view kManifests = R"(apiVersion: toolhive.stacklok.dev/v1beta1
kind: VirtualMCPServer
metadata: {name: dev}
spec:
  groupRef: {name: g}
  incomingAuth: {type: anonymous}
  config:
    aggregation:
      conflictResolution: prefix
      tools:
        - {workload: a, toolConfigRef: {name: shared}, overrides: {old: {name: mine}}}
        - {workload: b, toolConfigRef: {name: shared}, filter: [only]}
---
apiVersion: toolhive.stacklok.dev/v1beta1
kind: MCPGroup
metadata: {name: g}
---
apiVersion: toolhive.stacklok.dev/v1beta1
kind: MCPServerEntry
metadata: {name: a}
spec: {groupRef: {name: g}, remoteUrl: "http://127.0.0.1:1/mcp", transport: streamable-http}
---
apiVersion: toolhive.stacklok.dev/v1beta1
kind: MCPRemoteProxy
metadata: {name: b}
spec: {groupRef: {name: g}, remoteUrl: "http://127.0.0.1:2/mcp", toolConfigRef: {name: before}}
)";
constexpr std::string_view kToolConfigs = R"(---
apiVersion: toolhive.stacklok.dev/v1beta1
kind: MCPToolConfig
metadata: {name: shared}
spec:
  toolsFilter: [x, new]
  toolsOverride:
    old: {name: theirs, description: shared}
    other: {name: new, annotations: {readOnlyHint: true}}
---
apiVersion: toolhive.stacklok.dev/v1beta1
kind: MCPToolConfig
metadata: {name: before}
spec: {toolsFilter: [only]}
)";

LoadResult load_manifests(const std::string& text) {
  test::FakeFiles files;
  files.content["all.yaml"] = text;
  const test::FakeEnv env;
  return load({.paths = {"all.yaml"}}, files, env);
}

}  // namespace

TEST_CASE("aggregation: an MCPToolConfig fills what is not written beside the reference") {
  const auto result = load_manifests(std::string(kManifests) + std::string(kToolConfigs));
  REQUIRE(result.runtime);
  const auto& tools = result.runtime->aggregation.tools;
  REQUIRE(tools.size() == 2);
  CHECK(tools[0].filter == std::vector<std::string>{"x", "new"});
  CHECK(tools[0].overrides.at("old").name == "mine");
  CHECK(tools[0].overrides.at("old").description.empty());
  CHECK(tools[0].overrides.at("other").name == "new");
  CHECK(tools[0].overrides.at("other").annotations.read_only == true);
  CHECK(tools[1].filter == std::vector<std::string>{"only"});
  CHECK(tools[1].overrides.at("old").name == "theirs");
}

TEST_CASE("aggregation: a missing or empty MCPToolConfig is an error before anything is served") {
  CHECK_FALSE(load_manifests(std::string(kManifests)).runtime);
  auto elsewhere = std::string(kToolConfigs);
  elsewhere.replace(elsewhere.find("{name: shared}"), 14, "{name: shared, namespace: other}");
  CHECK_FALSE(load_manifests(std::string(kManifests) + elsewhere).runtime);
  auto empty = std::string(kToolConfigs);
  empty.replace(empty.find("{name: theirs, description: shared}"), 35, "{annotations: {title: T}}");
  CHECK_FALSE(load_manifests(std::string(kManifests) + empty).runtime);
  auto unknown = std::string(kToolConfigs);
  unknown.replace(unknown.find("toolsFilter"), 11, "toolFilters");
  CHECK_FALSE(load_manifests(std::string(kManifests) + unknown).runtime);
}
