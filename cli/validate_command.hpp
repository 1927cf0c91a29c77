// `vmcpauth validate`: its table, and the way from the command line to config::validate and to one of its report formats.
// Named in commands.cpp.
#pragma once

#include <expected>

#include "cli/exit_status.hpp"
#include "cli/parser.hpp"
#include "cli/world.hpp"

namespace vmcpauth::cli {

[[nodiscard]] Command validate_command();
[[nodiscard]] std::expected<ExitStatus, UsageError> run_validate(const World& world, const Invocation& invocation);

}  // namespace vmcpauth::cli
