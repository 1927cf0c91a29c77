#include "core/config/aggregation_spec.hpp"

#include <algorithm>
#include <map>

#include "core/base/duration.hpp"
#include "core/base/encoding.hpp"

namespace vmcpauth::config {
namespace {

std::chrono::milliseconds in_milliseconds(const Duration& duration, std::chrono::milliseconds preset) {
  if (!duration || duration.value.count() <= 0) return preset;
  return std::max(std::chrono::milliseconds(1), std::chrono::duration_cast<std::chrono::milliseconds>(duration.value));
}

int in_int(const Number& number, int preset) { return number && number.value > 0 ? static_cast<int>(std::min<std::int64_t>(number.value, 1'000'000)) : preset; }

std::optional<bool> in_bool(const Flag& flag) { return flag ? std::optional<bool>(flag.value) : std::nullopt; }

ToolOverride build_override(const ToolOverrideSpec& spec) {
  ToolOverride out{.name = spec.name.value, .description = spec.description.value, .annotations = {}};
  const auto& annotations = spec.annotations.value;
  if (annotations.title) out.annotations.title = annotations.title.value;
  out.annotations.read_only = in_bool(annotations.read_only);
  out.annotations.destructive = in_bool(annotations.destructive);
  out.annotations.idempotent = in_bool(annotations.idempotent);
  out.annotations.open_world = in_bool(annotations.open_world);
  return out;
}

WorkloadTools build_workload(const WorkloadToolsSpec& spec) {
  WorkloadTools out{.workload = spec.workload.value,
                    .filter = values(spec.filter),
                    .overrides = {},
                    .exclude_all = spec.exclude_all.value,
                    .tool_config_ref = spec.tool_config_ref->name.value};
  for (const auto& [name, entry] : spec.overrides.value) out.overrides.emplace(name.value, build_override(*entry));
  return out;
}

// The proxy before a backend changes names and descriptions only (cmd/thv-operator/controllers/mcpserver_runconfig.go).
WorkloadTools build_own(const WorkloadToolsSpec& spec) {
  auto out = build_workload(spec);
  for (auto& [name, entry] : out.overrides) entry.annotations = {};
  return out;
}

bool has_entry(const AggregationSpec& spec, std::string_view workload) {
  const auto& tools = spec.tools.value;
  return std::any_of(tools.begin(), tools.end(), [&](const auto& entry) { return entry->workload.value == workload; });
}

void check_strategy_needs(const AggregationSpec& spec, Diagnostics& diagnostics) {
  const auto& strategy = spec.conflict_resolution;
  const auto& order = spec.conflict_resolution_config->priority_order;
  if (strategy.value == "priority" && order->empty()) {
    diagnostics.report(Rule::MissingField, strategy.at, "priority needs conflictResolutionConfig.priorityOrder")
        .with_hint("list the backends whose tools win, the first one first");
  }
  if (strategy.value == "manual" && spec.tools->empty()) {
    diagnostics.report(Rule::MissingField, strategy.at, "manual needs tools, with an override for every name that two backends share")
        .with_hint("tools:\n  - workload: NAME-OF-A-BACKEND\n    overrides:\n      TOOL:\n        name: ANOTHER-NAME");
  }
  if (strategy.value != "priority" || spec.default_tool_visibility.value != "deny") return;
  for (const auto& workload : order.value) {
    if (has_entry(spec, workload.value)) continue;
    diagnostics
        .report(Rule::MissingField, workload.at,
                "the backend " + printable(workload.value, 100) + " may win a name and is not in tools, so nobody would have it")
        .with_label(spec.default_tool_visibility.at, "deny hides the tools of backends that are not in tools")
        .with_hint("add a tools entry for it, or take it out of priorityOrder");
  }
}

void check_tools(const AggregationSpec& spec, Diagnostics& diagnostics) {
  std::map<std::string_view, Span> seen;
  for (const auto& entry : spec.tools.value) {
    const auto [first, fresh] = seen.emplace(entry->workload.value, entry->workload.at);
    if (!fresh && entry->workload) {
      diagnostics.report(Rule::DuplicateEntry, entry->workload.at, "tools has two entries for " + printable(entry->workload.value, 100))
          .with_label(first->second, "the first is here");
    }
    check_overrides(entry->overrides, diagnostics);
  }
}

}  // namespace

void add_shared(WorkloadToolsSpec& tools, const ToolConfigSpec& shared) {
  if (tools.filter->empty()) tools.filter = shared.filter;
  for (const auto& entry : shared.overrides.value) {
    const auto& own = tools.overrides.value;
    const bool written = std::any_of(own.begin(), own.end(), [&](const auto& held) { return held.first.value == entry.first.value; });
    const bool changes = !entry.second->name.value.empty() || !entry.second->description.value.empty();  // else reported where it stands
    if (!written && changes) tools.overrides.value.push_back(entry);
  }
}

void check_overrides(const NamedBlocks<ToolOverrideSpec>& overrides, Diagnostics& diagnostics) {
  for (const auto& [name, entry] : overrides.value) {
    if (!entry->name.value.empty() || !entry->description.value.empty()) continue;
    diagnostics.report(Rule::MissingField, name.at, "the override of " + printable(name.value, 100) + " has neither a name nor a description");
  }
}

Aggregation build_aggregation(const Setting<AggregationSpec>& spec, const Blocks<WorkloadToolsSpec>& own) {
  Aggregation out;
  for (const auto& workload : own.value) out.own_tools.push_back(build_own(*workload));
  out.configured = !out.own_tools.empty();
  if (!spec) return out;
  out.configured = true;
  const auto& strategy = spec->conflict_resolution.value;
  if (strategy == "priority") out.conflict_resolution = ConflictResolution::Priority;
  if (strategy == "manual") out.conflict_resolution = ConflictResolution::Manual;
  const auto& settings = spec->conflict_resolution_config.value;
  if (!settings.prefix_format.value.empty()) out.prefix_format = settings.prefix_format.value;
  out.priority_order = values(settings.priority_order);
  for (const auto& workload : spec->tools.value) out.tools.push_back(build_workload(*workload));
  out.exclude_all_tools = spec->exclude_all_tools.value;
  out.deny_unlisted = spec->default_tool_visibility.value == "deny";
  return out;
}

Operational build_operational(const Setting<OperationalSpec>& spec) {
  Operational out;
  if (!spec) return out;
  const auto& timeouts = spec->timeouts.value;
  out.default_timeout = in_milliseconds(timeouts.fallback, out.default_timeout);
  for (const auto& [name, text] : timeouts.per_workload.value) {
    const auto parsed = parse_go_duration(text.value);
    if (!parsed || parsed->count() <= 0) continue;  // check_aggregation has said so
    out.per_workload[name.value] = std::max(std::chrono::milliseconds(1), std::chrono::duration_cast<std::chrono::milliseconds>(*parsed));
  }
  const auto& failures = spec->failure_handling.value;
  out.health_check_interval = in_milliseconds(failures.health_check_interval, out.health_check_interval);
  out.health_check_timeout = in_milliseconds(failures.health_check_timeout, out.health_check_timeout);
  out.unhealthy_threshold = in_int(failures.unhealthy_threshold, out.unhealthy_threshold);
  const auto& breaker = failures.circuit_breaker.value;
  out.circuit_breaker.enabled = breaker.enabled.value;
  out.circuit_breaker.failure_threshold = in_int(breaker.failure_threshold, out.circuit_breaker.failure_threshold);
  out.circuit_breaker.timeout = in_milliseconds(breaker.timeout, out.circuit_breaker.timeout);
  return out;
}

void check_aggregation(const Setting<AggregationSpec>& aggregation, const Setting<OperationalSpec>& operational, Diagnostics& diagnostics) {
  check_strategy_needs(*aggregation, diagnostics);
  check_tools(*aggregation, diagnostics);
  for (const auto& [name, text] : operational->timeouts->per_workload.value) {
    const auto parsed = parse_go_duration(text.value);
    if (!parsed || parsed->count() <= 0) diagnostics.report(Rule::BadDuration, text.at, "the timeout of " + name.value + " is no positive duration");
  }
}

}  // namespace vmcpauth::config
