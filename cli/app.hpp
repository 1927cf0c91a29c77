// The command line program behind main(): parses, explains, runs a command, turns the outcome into an exit status.
#pragma once

#include <functional>
#include <iosfwd>
#include <span>
#include <string>

#include "cli/exit_status.hpp"
#include "cli/terminal.hpp"
#include "core/base/error.hpp"
#include "core/base/files.hpp"
#include "proxy/serve/options.hpp"

namespace vmcpauth::cli {

// What the program touches; main() gives it the real ones, tests give it others.
struct World {
  const Env& env;
  Terminal terminal;
  std::ostream& output;
  std::ostream& error;
  // Serves until it is told to stop. It has already printed what is wrong with a configuration it refuses.
  std::function<Result<void>(const proxy::ServeOptions&)> serve;
};

// `arguments` without the program's own name. Never throws for a wrong command line.
[[nodiscard]] ExitStatus run(std::span<const std::string> arguments, const World& world);

}  // namespace vmcpauth::cli
