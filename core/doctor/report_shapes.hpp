// The members of `doctor --json`; docs/reference/doctor-json.md is made from these tables.
#pragma once

#include <array>

#include "core/base/json_shape.hpp"

namespace vmcpauth::doctor {

inline constexpr auto kFindingMembers = std::to_array<JsonMember>({
    JsonMember::text("rule", "The rule's identifier; `vmcpauth explain` says more."),
    JsonMember::text("severity", "`error`, `warning` or `note`."),
    JsonMember::text("title", "The rule's sentence, the same for every finding of the rule."),
    JsonMember::text("detail", "What is wrong in this case."),
    JsonMember::text("hint", "What to do."),
});
inline constexpr JsonShape kFindingShape{"finding", kFindingMembers};

inline constexpr auto kStepMembers = std::to_array<JsonMember>({
    JsonMember::text("id", "Names the step: `reach`, `challenge`, …"),
    JsonMember::text("verdict", "`pass`, `note`, `warn`, `fail`, or `skip` when it could not be looked at: `received` says why."),
    JsonMember::text("what", "What was looked at, for people."),
    JsonMember::text("sent", "What was sent, without secrets; may be empty."),
    JsonMember::text("received", "What came back; may be empty."),
    JsonMember::list("findings", kFindingShape, "What is wrong with it."),
});
inline constexpr JsonShape kStepShape{"step", kStepMembers};

inline constexpr auto kReportMembers = std::to_array<JsonMember>({
    JsonMember::text("server", "The MCP server's URL."),
    JsonMember::text("verdict", "`fail` when a step failed (then the exit status is 1), `warn` when one has a warning, else `pass`."),
    JsonMember::list("steps", kStepShape, "In the order they were taken."),
});
inline constexpr JsonShape kReportShape{"report", kReportMembers};

}  // namespace vmcpauth::doctor
