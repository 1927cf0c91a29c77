#include "cli/app.hpp"

#include <fmt/format.h>

#include <ostream>

#include "cli/help.hpp"
#include "cli/parser.hpp"
#include "cli/serve_command.hpp"
#include "cli/version.hpp"

namespace vmcpauth::cli {

namespace {

ExitStatus usage_error(const World& world, const UsageError& error) {
  const auto& name = program().name;
  world.error << fmt::format("{}: {}", name, error.message);
  if (error.hint) world.error << fmt::format("; {}", *error.hint);
  world.error << fmt::format(" (see '{} {}--help')\n", name, error.command != nullptr ? error.command->name + " " : "");
  return ExitStatus::Usage;
}

ExitStatus failure(const World& world, const Error& error) {
  world.error << fmt::format("{}: {}\n", program().name, error.describe());
  return exit_status(error.code());
}

ExitStatus run_serve(const World& world, const Invocation& invocation) {
  const auto options = serve_options(invocation, world.terminal, world.env);
  if (!options) return usage_error(world, options.error());
  const auto served = world.serve(*options);
  return served ? ExitStatus::Fine : failure(world, served.error());
}

// One overload for each thing that can have been asked for.
struct Runner {
  const World& world;

  ExitStatus operator()(const VersionRequest& /*request*/) const {
    world.output << fmt::format("{} {}\n", program().name, kVersion);
    return ExitStatus::Fine;
  }
  ExitStatus operator()(const HelpRequest& request) const {
    const auto width = world.terminal.width;
    world.output << (request.command != nullptr ? command_help(program(), *request.command, width) : program_help(program(), width));
    return ExitStatus::Fine;
  }
  ExitStatus operator()(const NothingAsked& /*request*/) const {
    world.error << program_help(program(), world.terminal.width);
    return ExitStatus::Usage;
  }
  ExitStatus operator()(const UsageError& error) const { return usage_error(world, error); }
  // version and help have become requests of their own: what is left is serve.
  ExitStatus operator()(const Invocation& invocation) const { return run_serve(world, invocation); }
};

}  // namespace

ExitStatus run(std::span<const std::string> arguments, const World& world) {
  const auto status = std::visit(Runner{world}, parse(program(), arguments));
  world.output.flush();
  if (status == ExitStatus::Fine && !world.output) {
    world.error << fmt::format("{}: cannot write to standard output\n", program().name);
    return ExitStatus::CouldNotRun;
  }
  return status;
}

}  // namespace vmcpauth::cli
