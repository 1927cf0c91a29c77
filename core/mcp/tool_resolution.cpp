#include "core/mcp/tool_resolution.hpp"

#include <algorithm>
#include <map>

namespace vmcpauth::mcp {
namespace {

using config::ConflictResolution;

// The last entry wins, as in ToolHive's map.
const config::WorkloadTools* entry_of(const std::vector<config::WorkloadTools>& entries, std::string_view backend) {
  const auto it = std::find_if(entries.rbegin(), entries.rend(), [&](const auto& entry) { return entry.workload == backend; });
  return it == entries.rend() ? nullptr : &*it;
}

bool passes(const std::vector<std::string>& filter, const std::string& name) {
  return filter.empty() || std::find(filter.begin(), filter.end(), name) != filter.end();
}

void set_hint(Json& annotations, const char* name, const std::optional<bool>& value) {
  if (value) annotations[name] = *value;
}

void override_item(Json& item, const config::ToolOverride& override) {
  if (!override.description.empty()) item["description"] = override.description;
  const auto& given = override.annotations;
  Json annotations = item.contains("annotations") && item["annotations"].is_object() ? item["annotations"] : Json::object();
  if (given.title) annotations["title"] = *given.title;
  set_hint(annotations, "readOnlyHint", given.read_only);
  set_hint(annotations, "destructiveHint", given.destructive);
  set_hint(annotations, "idempotentHint", given.idempotent);
  set_hint(annotations, "openWorldHint", given.open_world);
  if (!annotations.empty()) item["annotations"] = std::move(annotations);
}

void override_tool(ResolvedTool& tool, const config::WorkloadTools& entry) {
  const auto it = entry.overrides.find(tool.overridden);
  if (it == entry.overrides.end()) return;
  override_item(tool.item, it->second);
  if (!it->second.name.empty()) tool.overridden = it->second.name;
}

std::vector<ResolvedTool> overridden_tools(const std::vector<NamedCatalog>& catalogs, const config::Aggregation& rules) {
  std::vector<ResolvedTool> out;
  for (const auto& [backend, catalog] : catalogs) {
    const auto* own = entry_of(rules.own_tools, backend);
    const auto* workload = entry_of(rules.tools, backend);
    for (const auto& item : catalog->of(ItemKind::Tool)) {
      const auto& name = key_of(ItemKind::Tool, item);
      ResolvedTool tool{.backend = backend, .original = name, .overridden = name, .advertised = {}, .item = item};
      if (own != nullptr) {
        override_tool(tool, *own);
        if (!passes(own->filter, tool.overridden)) continue;
      }
      if (workload != nullptr) override_tool(tool, *workload);
      out.push_back(std::move(tool));
    }
  }
  return out;
}

std::string owners(const std::vector<const ResolvedTool*>& tools) {
  std::string out;
  for (const auto* tool : tools) out += (out.empty() ? "" : ", ") + tool->backend + "/" + tool->original;
  return out;
}

using ByName = std::map<std::string, std::vector<const ResolvedTool*>>;

std::size_t rank_of(const config::Aggregation& rules, const std::string& backend) {
  const auto& order = rules.priority_order;
  return static_cast<std::size_t>(std::find(order.begin(), order.end(), backend) - order.begin());
}

// The advertised name of every tool, or "" for one that loses to another.
void name_by_priority(std::vector<ResolvedTool>& tools, const config::Aggregation& rules, std::vector<Dropped>& dropped) {
  std::map<std::string, std::vector<ResolvedTool*>> by_name;
  for (auto& tool : tools) by_name[tool.overridden].push_back(&tool);
  for (auto& [name, candidates] : by_name) {
    auto winner = std::min_element(candidates.begin(), candidates.end(),
                                   [&](const auto* a, const auto* b) { return rank_of(rules, a->backend) < rank_of(rules, b->backend); });
    const bool listed = rank_of(rules, (*winner)->backend) < rules.priority_order.size();
    for (auto* tool : candidates) {
      if (candidates.size() == 1 || (listed && tool == *winner)) {
        tool->advertised = name;
      } else if (!listed) {
        tool->advertised = prefixed(config::Aggregation{}.prefix_format, tool->backend, name);
      } else {
        dropped.push_back({.ambiguous = false, .text = "tool " + name + " of " + tool->backend + " gives way to " + (*winner)->backend + "'s"});
      }
    }
  }
}

}  // namespace

std::vector<ResolvedTool> resolve_tools(const std::vector<NamedCatalog>& catalogs, const config::Aggregation& rules, std::vector<Dropped>& dropped) {
  auto tools = overridden_tools(catalogs, rules);
  switch (rules.conflict_resolution) {
    case ConflictResolution::Prefix:
      for (auto& tool : tools) tool.advertised = prefixed(rules.prefix_format, tool.backend, tool.overridden);
      break;
    case ConflictResolution::Priority: name_by_priority(tools, rules, dropped); break;
    case ConflictResolution::Manual:
      for (auto& tool : tools) tool.advertised = tool.overridden;
      break;
  }
  std::erase_if(tools, [](const ResolvedTool& tool) { return tool.advertised.empty(); });
  ByName by_name;
  for (const auto& tool : tools) by_name[tool.advertised].push_back(&tool);
  std::vector<ResolvedTool> out;
  for (const auto& [name, candidates] : by_name) {
    if (candidates.size() > 1) {
      dropped.push_back({.ambiguous = true, .text = "tool " + name + " could be any of " + owners(candidates) + "; none is offered until one is renamed"});
      continue;
    }
    out.push_back(*candidates.front());
  }
  return out;
}

bool is_advertised(const ResolvedTool& tool, const config::Aggregation& rules) {
  if (rules.exclude_all_tools) return false;
  const auto* workload = entry_of(rules.tools, tool.backend);
  if (workload == nullptr) return !rules.deny_unlisted;
  if (workload->exclude_all) return false;
  return passes(workload->filter, tool.overridden);
}

}  // namespace vmcpauth::mcp
