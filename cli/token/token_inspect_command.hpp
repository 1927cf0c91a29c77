// `vmcpauth token inspect`: any token taken apart and judged: from the store, from standard input or given. Named in
// commands.cpp.
#pragma once

#include <expected>

#include "cli/exit_status.hpp"
#include "cli/parser.hpp"
#include "cli/world.hpp"

namespace vmcpauth::cli {

[[nodiscard]] Command token_inspect_command();
[[nodiscard]] std::expected<ExitStatus, UsageError> run_token_inspect(const World& world, const Invocation& invocation);

}  // namespace vmcpauth::cli
