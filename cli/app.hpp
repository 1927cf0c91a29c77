// The command line program behind main(): parses, explains, runs a command, turns the outcome into an exit status.
#pragma once

#include <span>
#include <string>

#include "cli/exit_status.hpp"
#include "cli/world.hpp"

namespace vmcpauth::cli {

// `arguments` without the program's own name. Never throws for a wrong command line.
[[nodiscard]] ExitStatus run(std::span<const std::string> arguments, const World& world);

}  // namespace vmcpauth::cli
