// `vmcpauth token get`: one access token for a script, refreshed when that is needed. Named in
// commands.cpp.
#pragma once

#include <expected>

#include "cli/exit_status.hpp"
#include "cli/parser.hpp"
#include "cli/world.hpp"

namespace vmcpauth::cli {

[[nodiscard]] Command token_get_command();
[[nodiscard]] std::expected<ExitStatus, UsageError> run_token_get(const World& world, const Invocation& invocation);

}  // namespace vmcpauth::cli
