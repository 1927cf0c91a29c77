// `vmcpauth config schema [KIND]`: JSON Schema of configuration, made from the field tables. Named in commands.cpp.
#pragma once

#include <expected>

#include "cli/exit_status.hpp"
#include "cli/parser.hpp"
#include "cli/world.hpp"

namespace vmcpauth::cli {

[[nodiscard]] Command config_schema_command();
[[nodiscard]] std::expected<ExitStatus, UsageError> run_config_schema(const World& world, const Invocation& invocation);

}  // namespace vmcpauth::cli
