// `vmcpauth token import`: a dump loaded into any store. Named in
// commands.cpp.
#pragma once

#include <expected>

#include "cli/exit_status.hpp"
#include "cli/parser.hpp"
#include "cli/world.hpp"

namespace vmcpauth::cli {

[[nodiscard]] Command token_import_command();
[[nodiscard]] std::expected<ExitStatus, UsageError> run_token_import(const World& world, const Invocation& invocation);

}  // namespace vmcpauth::cli
