// How backends become one /mcp: `aggregation` and `operational` of a vMCP configuration, defaulted and immutable, as ToolHive
// means them (pkg/vmcp/config/config.go, defaults.go). Part of config::Runtime; read by core/mcp and proxy/aggregate.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace vmcpauth::config {

enum class ConflictResolution : std::uint8_t { Prefix, Priority, Manual };

struct AnnotationOverrides {
  std::optional<std::string> title;
  std::optional<bool> read_only, destructive, idempotent, open_world;
};

struct ToolOverride {
  std::string name;         // "" = unchanged
  std::string description;  // "" = unchanged
  AnnotationOverrides annotations;
};

struct WorkloadTools {
  std::string workload;
  std::vector<std::string> filter;  // names after overrides; empty = all
  std::map<std::string, ToolOverride, std::less<>> overrides;
  bool exclude_all = false;
  std::string tool_config_ref;  // an MCPToolConfig; named in the log, its content is above
};

struct Aggregation {
  ConflictResolution conflict_resolution = ConflictResolution::Prefix;
  std::string prefix_format = "{workload}_";
  std::vector<std::string> priority_order;
  std::vector<WorkloadTools> tools;
  std::vector<WorkloadTools> own_tools;  // what a backend's own proxy makes of its tools, before all else
  bool exclude_all_tools = false;
  bool deny_unlisted = false;  // defaultToolVisibility: deny

  // Nothing but defaults: with one backend /mcp is then that backend itself.
  bool configured = false;
};

struct CircuitBreaker {
  bool enabled = false;
  int failure_threshold = 5;
  std::chrono::milliseconds timeout{60'000};
};

struct Operational {
  std::chrono::milliseconds default_timeout{30'000};
  std::map<std::string, std::chrono::milliseconds, std::less<>> per_workload;
  std::chrono::milliseconds health_check_interval{30'000};
  std::chrono::milliseconds health_check_timeout{10'000};
  int unhealthy_threshold = 3;
  CircuitBreaker circuit_breaker;

  [[nodiscard]] std::chrono::milliseconds timeout_of(std::string_view backend) const {
    const auto it = per_workload.find(backend);
    return it == per_workload.end() ? default_timeout : it->second;
  }
};

}  // namespace vmcpauth::config
