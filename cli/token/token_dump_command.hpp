// `vmcpauth token dump`: everything in a store as one JSON file, redacted, revealed or encrypted. Named in
// commands.cpp.
#pragma once

#include <expected>

#include "cli/exit_status.hpp"
#include "cli/parser.hpp"
#include "cli/world.hpp"

namespace vmcpauth::cli {

[[nodiscard]] Command token_dump_command();
[[nodiscard]] std::expected<ExitStatus, UsageError> run_token_dump(const World& world, const Invocation& invocation);

}  // namespace vmcpauth::cli
