// `vmcpauth token refresh`: stored tokens refreshed now, with what that changed. Named in
// commands.cpp.
#pragma once

#include <expected>

#include "cli/exit_status.hpp"
#include "cli/parser.hpp"
#include "cli/world.hpp"

namespace vmcpauth::cli {

[[nodiscard]] Command token_refresh_command();
[[nodiscard]] std::expected<ExitStatus, UsageError> run_token_refresh(const World& world, const Invocation& invocation);

}  // namespace vmcpauth::cli
