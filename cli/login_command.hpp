// `vmcpauth login`: signs in to an MCP server and keeps the credential. Named in commands.cpp.
#pragma once

#include <expected>

#include "cli/exit_status.hpp"
#include "cli/parser.hpp"
#include "cli/world.hpp"

namespace vmcpauth::cli {

[[nodiscard]] Command login_command();
[[nodiscard]] std::expected<ExitStatus, UsageError> run_login(const World& world, const Invocation& invocation);

}  // namespace vmcpauth::cli
