#include "core/config/aggregation_spec.hpp"
#include "core/config/decoder.hpp"
#include "core/config/tables.hpp"

namespace vmcpauth::config {
namespace {

using table::block;
using table::block_map;
using table::blocks;
using table::duration;
using table::flag;
using table::number;
using table::text;
using table::text_map;
using table::texts;

constexpr std::int64_t kLongestName = 128;

constexpr Field kAnnotationFields[] = {
    text<&AnnotationOverridesSpec::title>("title", "Title for people."),
    flag<&AnnotationOverridesSpec::read_only>("readOnlyHint", "The tool changes nothing."),
    flag<&AnnotationOverridesSpec::destructive>("destructiveHint", "The tool may destroy something."),
    flag<&AnnotationOverridesSpec::idempotent>("idempotentHint", "Calling it again changes nothing more."),
    flag<&AnnotationOverridesSpec::open_world>("openWorldHint", "The tool reaches beyond its own data."),
};
constexpr Object kAnnotations{"annotations", "Hints of a tool.", kAnnotationFields};

constexpr Field kOverrideFields[] = {
    text<&ToolOverrideSpec::name>("name", "The name clients see.", {.max = kLongestName}),
    text<&ToolOverrideSpec::description>("description", "The description clients see."),
    block<&ToolOverrideSpec::annotations>("annotations", kAnnotations, "The hints clients see."),
};
constexpr Object kOverride{"override", "A tool under another name or description.", kOverrideFields};

constexpr Field kToolConfigRefFields[] = {
    text<&ToolConfigRefSpec::name>("name", "Name of the MCPToolConfig.", {.required = true}),
};
constexpr Object kToolConfigRef{"toolConfigRef", "Reference to an MCPToolConfig.", kToolConfigRefFields};

constexpr Field kToolConfigFields[] = {
    texts<&ToolConfigSpec::filter>("toolsFilter", "The only tools that clients see, by the names they see."),
    block_map<&ToolConfigSpec::overrides>("toolsOverride", kOverride, "Names and descriptions by the server's own tool name."),
};

constexpr Field kWorkloadToolsFields[] = {
    text<&WorkloadToolsSpec::workload>("workload", "Name of the backend.", {.required = true}),
    block<&WorkloadToolsSpec::tool_config_ref>("toolConfigRef", kToolConfigRef, "Filter and overrides from an MCPToolConfig."),
    texts<&WorkloadToolsSpec::filter>("filter", "The only tools of this backend that clients see."),
    block_map<&WorkloadToolsSpec::overrides>("overrides", kOverride, "Names and descriptions by the backend's own tool name."),
    flag<&WorkloadToolsSpec::exclude_all>("excludeAll", "Hide all tools of this backend."),
};
constexpr Object kWorkloadTools{"tools", "Which tools of one backend clients see.", kWorkloadToolsFields};

constexpr Field kConflictResolutionFields[] = {
    text<&ConflictResolutionSpec::prefix_format>("prefixFormat", "What names are prefixed with.", {.preset = "{workload}_"}),
    texts<&ConflictResolutionSpec::priority_order>("priorityOrder", "Backends, the first wins."),
};
constexpr Object kConflictResolution{"conflictResolutionConfig", "Settings of the strategy.", kConflictResolutionFields};

constexpr Field kAggregationFields[] = {
    text<&AggregationSpec::conflict_resolution>("conflictResolution", "What happens to tools of the same name.",
                                                {.one_of = "prefix|priority|manual|", .preset = "prefix"}),
    block<&AggregationSpec::conflict_resolution_config>("conflictResolutionConfig", kConflictResolution, "Settings of the strategy."),
    blocks<&AggregationSpec::tools>("tools", kWorkloadTools, "Which tools clients see, by backend."),
    flag<&AggregationSpec::exclude_all_tools>("excludeAllTools", "Hide the tools of all backends."),
    text<&AggregationSpec::default_tool_visibility>("defaultToolVisibility", "Tools of backends that `tools` does not name.",
                                                    {.one_of = "allow|deny|", .preset = "allow"}),
};

constexpr Field kTimeoutFields[] = {
    duration<&WorkloadTimeoutsSpec::fallback>("default", "Longest wait for a backend's answer.", {.preset = "30s"}),
    text_map<&WorkloadTimeoutsSpec::per_workload>("perWorkload", "The same by backend name.", {}),
};
constexpr Object kTimeouts{"timeouts", "Timeouts of requests to backends.", kTimeoutFields};

constexpr Field kCircuitBreakerFields[] = {
    flag<&CircuitBreakerSpec::enabled>("enabled", "Stop calling a backend that keeps failing."),
    number<&CircuitBreakerSpec::failure_threshold>("failureThreshold", "Failures in a row that open the circuit.", {.min = 1, .preset = "5"}),
    duration<&CircuitBreakerSpec::timeout>("timeout", "How long it stays open.", {.preset = "60s"}),
};
constexpr Object kCircuitBreaker{"circuitBreaker", "When to stop calling a backend.", kCircuitBreakerFields};

constexpr Field kFailureHandlingFields[] = {
    duration<&FailureHandlingSpec::health_check_interval>("healthCheckInterval", "Time between health checks.", {.preset = "30s"}),
    number<&FailureHandlingSpec::unhealthy_threshold>("unhealthyThreshold", "Failed checks in a row that make a backend unhealthy.", {.min = 1, .preset = "3"}),
    duration<&FailureHandlingSpec::health_check_timeout>("healthCheckTimeout", "Longest wait of a health check.", {.preset = "10s"}),
    duration<&FailureHandlingSpec::status_reporting_interval>("statusReportingInterval", "Used by the operator only."),
    text<&FailureHandlingSpec::partial_failure_mode>("partialFailureMode", "What a failing backend means.", {.one_of = "fail|best_effort|"}),
    block<&FailureHandlingSpec::circuit_breaker>("circuitBreaker", kCircuitBreaker, "When to stop calling a backend."),
};
constexpr Object kFailureHandling{"failureHandling", "What happens when backends fail.", kFailureHandlingFields};

constexpr Field kOperationalFields[] = {
    text<&OperationalSpec::log_level>("logLevel", "Log level of vMCP itself.", {.one_of = "debug|"}),
    block<&OperationalSpec::timeouts>("timeouts", kTimeouts, "Timeouts of requests to backends."),
    block<&OperationalSpec::failure_handling>("failureHandling", kFailureHandling, "What happens when backends fail."),
};

}  // namespace

constexpr Object kToolConfigSpec{"MCPToolConfig spec", "Which tools of a server clients see, and how they are called.", kToolConfigFields};
constexpr Object kAggregation{"aggregation", "How backends become one server.", kAggregationFields};
constexpr Object kOperational{"operational", "Timeouts and failure handling.", kOperationalFields};

}  // namespace vmcpauth::config
