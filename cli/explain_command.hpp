// `vmcpauth explain`: one rule, or the list of all. Named in commands.cpp.
#pragma once

#include <expected>

#include "cli/exit_status.hpp"
#include "cli/parser.hpp"
#include "cli/world.hpp"

namespace vmcpauth::cli {

[[nodiscard]] Command explain_command();
[[nodiscard]] std::expected<ExitStatus, UsageError> run_explain(const World& world, const Invocation& invocation);

}  // namespace vmcpauth::cli
