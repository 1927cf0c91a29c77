// `vmcpauth token list`: what the store holds, session by session, and what `login` stored here. Named in commands.cpp.
#pragma once

#include <expected>

#include "cli/exit_status.hpp"
#include "cli/parser.hpp"
#include "cli/world.hpp"

namespace vmcpauth::cli {

[[nodiscard]] Command token_list_command();
[[nodiscard]] std::expected<ExitStatus, UsageError> run_token_list(const World& world, const Invocation& invocation);

}  // namespace vmcpauth::cli
