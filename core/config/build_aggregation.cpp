#include "core/config/aggregation_spec.hpp"

#include "core/base/duration.hpp"

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
  WorkloadTools out{.workload = spec.workload.value, .filter = {}, .overrides = {}, .exclude_all = spec.exclude_all.value, .tool_config_ref = {}};
  if (spec.tool_config_ref) {
    out.tool_config_ref = spec.tool_config_ref->name.value;
    return out;  // filter and overrides are ignored then
  }
  out.filter = values(spec.filter);
  for (const auto& [name, entry] : spec.overrides.value) out.overrides.emplace(name.value, build_override(*entry));
  return out;
}

}  // namespace

Aggregation build_aggregation(const Setting<AggregationSpec>& spec) {
  Aggregation out;
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
  if (aggregation->conflict_resolution.value == "priority" && aggregation->conflict_resolution_config->priority_order->empty()) {
    diagnostics.report(Rule::MissingField, aggregation->conflict_resolution.at, "priority needs conflictResolutionConfig.priorityOrder")
        .with_hint("list the backends whose tools win, the first one first");
  }
  for (const auto& [name, text] : operational->timeouts->per_workload.value) {
    const auto parsed = parse_go_duration(text.value);
    if (!parsed || parsed->count() <= 0) diagnostics.report(Rule::BadDuration, text.at, "the timeout of " + name.value + " is no positive duration");
  }
}

}  // namespace vmcpauth::config
