#include "cli/app.hpp"

#include <fmt/format.h>

#include <ostream>

#include "cli/commands.hpp"
#include "cli/help.hpp"
#include "cli/parser.hpp"
#include "cli/version.hpp"

namespace vmcpauth::cli {

namespace {

ExitStatus usage_error(const World& world, const UsageError& error) {
  const auto& name = program().name;
  world.error << fmt::format("{}: {}", name, error.message);
  if (error.hint) world.error << fmt::format("; {}", *error.hint);
  std::string about;
  if (error.command != nullptr) about = error.command->name + " ";
  if (error.group != nullptr) about = error.group->name + " ";
  world.error << fmt::format(" (see '{} {}--help')\n", name, about);
  return ExitStatus::Usage;
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
    if (request.command != nullptr) {
      world.output << command_help(program(), *request.command, width);
    } else {
      world.output << (request.group != nullptr ? group_help(program(), *request.group, width) : program_help(program(), width));
    }
    return ExitStatus::Fine;
  }
  ExitStatus operator()(const NothingAsked& request) const {
    const auto width = world.terminal.width;
    world.error << (request.group != nullptr ? group_help(program(), *request.group, width) : program_help(program(), width));
    return ExitStatus::Usage;
  }
  ExitStatus operator()(const UsageError& error) const { return usage_error(world, error); }
  // version and help have become requests of their own.
  ExitStatus operator()(const Invocation& invocation) const {
    const auto* entry = find_entry(invocation.command().name);
    if (entry == nullptr) return ExitStatus::Usage;
    const auto status = entry->run(world, invocation);
    return status ? *status : usage_error(world, status.error());
  }
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
