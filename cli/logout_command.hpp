// `vmcpauth logout`: ends stored credentials. Named in commands.cpp.
#pragma once

#include <expected>

#include "cli/exit_status.hpp"
#include "cli/parser.hpp"
#include "cli/world.hpp"

namespace vmcpauth::cli {

[[nodiscard]] Command logout_command();
[[nodiscard]] std::expected<ExitStatus, UsageError> run_logout(const World& world, const Invocation& invocation);

}  // namespace vmcpauth::cli
