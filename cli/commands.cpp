#include "cli/commands.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ostream>

#include "cli/config_render_command.hpp"
#include "cli/config_schema_command.hpp"
#include "cli/explain_command.hpp"
#include "cli/login_command.hpp"
#include "cli/logout_command.hpp"
#include "cli/serve_command.hpp"
#include "cli/validate_command.hpp"

namespace vmcpauth::cli {

namespace {

Command version_command() {
  return {.name = "version", .summary = "print the version", .description = {"Prints the name and the version, as --version does."}};
}

Command help_command() {
  return {.name = "help",
          .summary = "explain a command",
          .description = {"Prints the help of a command, as COMMAND --help does, or that of the program."},
          // The choices are every first word of the table: program() fills them in.
          .arguments = {{.name = "COMMAND", .help = "the command to explain"}, {.name = "SUBCOMMAND", .help = "its second word, when it has one"}}};
}

}  // namespace

std::span<const CommandEntry> command_entries() {
  static constexpr auto kEntries = std::to_array<CommandEntry>({
      {serve_command, run_serve},
      {validate_command, run_validate},
      {explain_command, run_explain},
      {login_command, run_login},
      {logout_command, run_logout},
      {config_render_command, run_config_render},
      {config_schema_command, run_config_schema},
      {version_command, nullptr},
      {help_command, nullptr},
  });
  return kEntries;
}

std::vector<Group> command_groups() { return {{"config", "print what configuration may be and what it becomes"}}; }

const CommandEntry* find_entry(std::string_view name) {
  const auto entries = command_entries();
  const auto found = std::ranges::find_if(entries, [&](const CommandEntry& entry) { return entry.run != nullptr && entry.table().name == name; });
  return found == entries.end() ? nullptr : &*found;
}

ExitStatus report_failure(const World& world, const Error& error) {
  world.error << fmt::format("{}: {}\n", program().name, error.describe());
  return exit_status(error.code());
}

}  // namespace vmcpauth::cli
