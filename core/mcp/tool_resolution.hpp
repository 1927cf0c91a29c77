// The conflict strategies for tools: prefix, priority, manual (pkg/vmcp/aggregator/*_resolver.go). Pure; called by aggregate().
#pragma once

#include <string>
#include <vector>

#include "core/config/aggregation.hpp"
#include "core/mcp/aggregate.hpp"

namespace vmcpauth::mcp {

struct ResolvedTool {
  std::string backend;
  std::string original;    // the backend's own name
  std::string overridden;  // after the backend's overrides: what filters name
  std::string advertised;  // after conflict resolution
  Json item;               // with the overridden description and annotations, not yet the advertised name
};

// Sorted by advertised name, which is unique. What cannot be told apart is in `dropped`.
[[nodiscard]] std::vector<ResolvedTool> resolve_tools(const std::vector<NamedCatalog>& catalogs, const config::Aggregation& rules,
                                                      std::vector<Dropped>& dropped);

// Whether clients see the tool: filter, excludeAll, excludeAllTools, defaultToolVisibility.
[[nodiscard]] bool is_advertised(const ResolvedTool& tool, const config::Aggregation& rules);

}  // namespace vmcpauth::mcp
