// `vmcpauth token revoke`: tokens given back to their provider (RFC 7009) and taken out of the store. Named in
// commands.cpp.
#pragma once

#include <expected>

#include "cli/exit_status.hpp"
#include "cli/parser.hpp"
#include "cli/world.hpp"

namespace vmcpauth::cli {

[[nodiscard]] Command token_revoke_command();
[[nodiscard]] std::expected<ExitStatus, UsageError> run_token_revoke(const World& world, const Invocation& invocation);

}  // namespace vmcpauth::cli
