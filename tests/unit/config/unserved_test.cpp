// What a configuration has that works in the cluster only, and what a backend's own MCPToolConfig does.
#include "core/config/load.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fakes.hpp"

using namespace vmcpauth;
using namespace vmcpauth::config;

namespace {

using Lines = std::vector<std::string>;

Runtime loaded(const std::string& text) {
  test::FakeFiles files;
  files.content["in.yaml"] = text;
  auto result = load({.paths = {"in.yaml"}}, files, test::FakeEnv());
  REQUIRE(result.runtime);
  return *std::move(result.runtime);
}

Lines unserved(const Runtime& runtime) {
  Lines out;
  for (const auto& entry : runtime.unserved) {
    CHECK_FALSE(entry.effect.empty());
    out.push_back(entry.at + " " + entry.setting + (entry.decides_access ? " !" : ""));
  }
  return out;
}

// A runtime configuration whose last line is 6.
std::string runtime_with(const std::string& incoming, const std::string& rest) {
  return "name: dev\ngroupRef: g\noutgoingAuth: {source: inline}\nbackends: [{name: a, url: \"http://127.0.0.1:1/mcp\", transport: sse}]\nincomingAuth: {type: "
         "anonymous" +
         incoming + "}\n" + rest;
}

constexpr const char* kManifests = R"(apiVersion: toolhive.stacklok.dev/v1beta1
kind: VirtualMCPServer
metadata: {name: v}
spec:
  groupRef: {name: g}
  incomingAuth:
    type: anonymous
    authzConfigRef: {name: policies}
  telemetryConfigRef: {name: t}
  embeddingServerRef: {name: e}
  config:
    telemetry: {endpoint: nobody.example.com}
    compositeToolRefs: [{name: c}]
---
apiVersion: toolhive.stacklok.dev/v1beta1
kind: MCPAuthzConfig
metadata: {name: policies}
spec: {type: cedarv1, config: {policies: []}}
---
apiVersion: toolhive.stacklok.dev/v1beta1
kind: MCPRemoteProxy
metadata: {name: one}
spec:
  groupRef: {name: g}
  remoteUrl: https://one.example.com/mcp
  toolConfigRef: {name: tools}
  authzConfig: {type: inline, inline: {policies: ["permit(principal, action, resource);"]}}
---
apiVersion: toolhive.stacklok.dev/v1beta1
kind: MCPRemoteProxy
metadata: {name: stranger}
spec:
  remoteUrl: https://two.example.com/mcp
  authzConfigRef: {name: policies}
---
apiVersion: toolhive.stacklok.dev/v1beta1
kind: MCPToolConfig
metadata: {name: tools}
spec:
  toolsFilter: [search]
  toolsOverride: {find: {name: search, annotations: {readOnlyHint: true}}}
)";

}  // namespace

TEST_CASE("unserved: what is switched on is told with its place") {
  CHECK(unserved(loaded(runtime_with("", ""))).empty());
  CHECK(unserved(loaded(runtime_with(", authz: {type: cedar, policies: [p]}", ""))) == Lines{"in.yaml:5 incomingAuth.authz !"});
  struct Case {
    std::string name, value;
  };
  const auto [name, value] = GENERATE(values<Case>({{"compositeTools", "[{name: x}]"},
                                                    {"compositeToolRefs", "[{name: x}]"},
                                                    {"optimizer", "{}"},
                                                    {"codeMode", "{enabled: true}"},
                                                    {"audit", "{enabled: true}"},
                                                    {"telemetry", "{endpoint: x}"},
                                                    {"rateLimiting", "{perUser: {}}"}}));
  CHECK(unserved(loaded(runtime_with("", name + ": " + value + "\n"))) == Lines{"in.yaml:6 " + name});
}

TEST_CASE("unserved: what is off, empty or of no effect here is not told") {
  const auto* incoming = GENERATE(", authz: {type: none}", ", authz: {type: none, policies: [p]}", ", authz: {type: cedar, policies: []}", ", authz: null", "");
  CHECK(unserved(loaded(runtime_with(incoming, ""))).empty());
  const auto* rest = GENERATE("codeMode: {enabled: false}\n", "codeMode: {stepLimit: 5}\n", "audit: {enabled: no}\n", "compositeTools: []\n",
                              "optimizer: null\n", "rateLimiting: {}\n", "metadata: {a: b}\n", "sessionStorage: {provider: redis}\n");
  CHECK(unserved(loaded(runtime_with("", rest))).empty());
}

TEST_CASE("unserved: manifests, with the proxies of the backends that are served") {
  CHECK(unserved(loaded(kManifests)) == Lines{"in.yaml:8 spec.incomingAuth.authzConfigRef !", "in.yaml:9 spec.telemetryConfigRef",
                                              "in.yaml:10 spec.embeddingServerRef", "in.yaml:13 spec.config.compositeToolRefs",
                                              "in.yaml:27 MCPRemoteProxy/one: spec.authzConfig"});
}

TEST_CASE("unserved: a backend's own MCPToolConfig is served, names and descriptions of it") {
  const auto aggregation = loaded(kManifests).aggregation;
  CHECK(aggregation.configured);
  REQUIRE(aggregation.own_tools.size() == 1);
  const auto& own = aggregation.own_tools.front();
  CHECK(own.workload == "one");
  CHECK(own.tool_config_ref == "tools");
  CHECK(own.filter == Lines{"search"});
  CHECK(own.overrides.at("find").name == "search");
  CHECK_FALSE(own.overrides.at("find").annotations.read_only.has_value());
}
