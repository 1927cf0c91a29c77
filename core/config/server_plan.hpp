// One server with every reference followed: what ToolHive's operator would hand to the vMCP process, still with
// positions and without secrets. Made from a VirtualMCPServer and what it refers to, or from a runtime YAML; read
// by the rules and by build_runtime.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/overlay.hpp"
#include "core/config/resources.hpp"
#include "core/config/unserved.hpp"

namespace vmcpauth::config {

// Check: missing references are notes unless the input has resources of that kind. Serve: they are errors.
enum class Purpose : std::uint8_t { Check, Serve };

struct StrategyPlan {
  const StrategySpec* spec = nullptr;  // none: unauthenticated
  Span at;                             // where it was chosen
};

struct BackendPlan {
  Text name;
  Text url;  // may be absent: an MCPServer runs in the cluster
  Text transport;
  Text ca_bundle_path;
  StrategyPlan strategy;
  const HeaderForwardSpec* headers = nullptr;
  const CaBundleSpec* ca_bundle = nullptr;
  std::string_view kind = "backend";  // for messages
};

struct NamedStrategyPlan {
  std::string name;  // backend, or "default"
  Span name_at;
  StrategyPlan strategy;
};

struct ServerPlan {
  std::string name;
  std::string space = "default";
  std::string folder;  // relative files
  Span at;
  Spelling spelling = Spelling::Manifest;
  Text incoming_type;
  std::optional<OidcIncomingSpec> incoming;  // type oidc, reference followed
  bool incoming_unknown = false;             // the reference leads out of the input
  const AuthServerSpec* auth_server = nullptr;
  Span auth_server_at;
  bool auth_server_unknown = false;  // its file could not be read
  Texts allowed_audiences;           // of the authorization server
  std::optional<std::vector<std::string>> scopes_supported;
  std::string redirect_base;                  // callback URLs start with it when not given
  std::vector<NamedStrategyPlan> strategies;  // as configured, default included
  std::vector<BackendPlan> backends;
  bool backends_known = true;  // false: members of the group may be elsewhere
  Texts passthrough_headers;
  Setting<AggregationSpec> aggregation;
  Blocks<WorkloadToolsSpec> own_tools;  // MCPToolConfigs of the backends themselves
  Setting<OperationalSpec> operational;
  std::vector<UnservedPlan> unserved;
};

// Both report what cannot be followed and go on without it.
[[nodiscard]] ServerPlan plan_server(const Resource<VirtualServerSpec>& server, const Inventory& inventory, Purpose purpose, Diagnostics& diagnostics);
[[nodiscard]] ServerPlan plan_server(const RuntimeFile& file, const Inventory& inventory);

// Local URLs and backends from vmcpauth.toml, and warnings about entries that match nothing.
void apply_overlay(ServerPlan& plan, const Overlay& overlay, Diagnostics& diagnostics);

// Upstreams by the name tokens are stored under: one without a name is "default".
[[nodiscard]] std::string upstream_name(const UpstreamSpec& upstream);
[[nodiscard]] std::vector<std::string> upstream_names(const AuthServerSpec* server);

// Reports a missing target as the purpose and the input demand.
void report_missing(ResourceKind kind, std::string_view space, const Text& name, const Inventory& inventory, Purpose purpose, Diagnostics& diagnostics);

}  // namespace vmcpauth::config
