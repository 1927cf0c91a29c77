// `vmcpauth call URL METHOD [PARAMS]`: one MCP request as the user, in whichever revision the server speaks.
#pragma once

#include <expected>

#include "cli/exit_status.hpp"
#include "cli/options.hpp"
#include "cli/parser.hpp"
#include "cli/world.hpp"

namespace vmcpauth::cli {

[[nodiscard]] Command call_command();
[[nodiscard]] std::expected<ExitStatus, UsageError> run_call(const World& world, const Invocation& invocation);

}  // namespace vmcpauth::cli
