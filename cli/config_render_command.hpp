// `vmcpauth config render PATH…`: the configuration that ToolHive's operator generates, or the effective one with the origin
// of every value. Named in commands.cpp.
#pragma once

#include <expected>

#include "cli/exit_status.hpp"
#include "cli/parser.hpp"
#include "cli/world.hpp"

namespace vmcpauth::cli {

[[nodiscard]] Command config_render_command();
[[nodiscard]] std::expected<ExitStatus, UsageError> run_config_render(const World& world, const Invocation& invocation);

}  // namespace vmcpauth::cli
