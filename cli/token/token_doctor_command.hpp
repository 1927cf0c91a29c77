// `vmcpauth token doctor`: what will break in the stored sessions, and when. Named in
// commands.cpp.
#pragma once

#include <expected>

#include "cli/exit_status.hpp"
#include "cli/parser.hpp"
#include "cli/world.hpp"

namespace vmcpauth::cli {

[[nodiscard]] Command token_doctor_command();
[[nodiscard]] std::expected<ExitStatus, UsageError> run_token_doctor(const World& world, const Invocation& invocation);

}  // namespace vmcpauth::cli
