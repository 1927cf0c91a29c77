// `aggregation` and `operational` as written, every value with its place. Part of ServerSpec (model.hpp).
#pragma once

#include "core/config/aggregation.hpp"
#include "core/config/diagnostic.hpp"
#include "core/config/setting.hpp"

namespace vmcpauth::config {

struct AnnotationOverridesSpec {
  Text title;
  Flag read_only, destructive, idempotent, open_world;
};

struct ToolOverrideSpec {
  Text name, description;
  Setting<AnnotationOverridesSpec> annotations;
};

struct ToolConfigRefSpec {
  Text name;
};

struct ToolConfigSpec {  // MCPToolConfig.spec
  Texts filter;
  NamedBlocks<ToolOverrideSpec> overrides;
};

struct WorkloadToolsSpec {
  Text workload;
  Setting<ToolConfigRefSpec> tool_config_ref;
  Texts filter;
  NamedBlocks<ToolOverrideSpec> overrides;
  Flag exclude_all;
};

struct ConflictResolutionSpec {
  Text prefix_format;
  Texts priority_order;
};

struct AggregationSpec {
  Text conflict_resolution, default_tool_visibility;
  Setting<ConflictResolutionSpec> conflict_resolution_config;
  Blocks<WorkloadToolsSpec> tools;
  Flag exclude_all_tools;
};

struct WorkloadTimeoutsSpec {
  Duration fallback;  // `default`
  TextPairs per_workload;
};

struct CircuitBreakerSpec {
  Flag enabled;
  Number failure_threshold;
  Duration timeout;
};

struct FailureHandlingSpec {
  Duration health_check_interval, health_check_timeout, status_reporting_interval;
  Number unhealthy_threshold;
  Text partial_failure_mode;
  Setting<CircuitBreakerSpec> circuit_breaker;
};

struct OperationalSpec {
  Text log_level;
  Setting<WorkloadTimeoutsSpec> timeouts;
  Setting<FailureHandlingSpec> failure_handling;
};

// An override has to change the name or the description, as ToolHive demands.
void check_overrides(const NamedBlocks<ToolOverrideSpec>& overrides, Diagnostics& diagnostics);

// As the operator merges them: the list that is written here goes before the shared one, and so does each override.
void add_shared(WorkloadToolsSpec& tools, const ToolConfigSpec& shared);

// `own`: what the backends' own MCPToolConfigs say.
[[nodiscard]] Aggregation build_aggregation(const Setting<AggregationSpec>& spec, const Blocks<WorkloadToolsSpec>& own);
[[nodiscard]] Operational build_operational(const Setting<OperationalSpec>& spec);

// What the tables cannot say: what each strategy needs, what an override must change, per-workload timeouts are durations.
void check_aggregation(const Setting<AggregationSpec>& aggregation, const Setting<OperationalSpec>& operational, Diagnostics& diagnostics);

}  // namespace vmcpauth::config
