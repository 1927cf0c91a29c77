// `vmcpauth token exchange`: the exchange a backend's strategy would do (RFC 8693), shown and explained. Named in
// commands.cpp.
#pragma once

#include <expected>

#include "cli/exit_status.hpp"
#include "cli/parser.hpp"
#include "cli/world.hpp"

namespace vmcpauth::cli {

[[nodiscard]] Command token_exchange_command();
[[nodiscard]] std::expected<ExitStatus, UsageError> run_token_exchange(const World& world, const Invocation& invocation);

}  // namespace vmcpauth::cli
