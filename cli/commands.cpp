#include "cli/commands.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ostream>

#include "cli/call_command.hpp"
#include "cli/doctor_command.hpp"
#include "cli/config_render_command.hpp"
#include "cli/config_schema_command.hpp"
#include "cli/explain_command.hpp"
#include "cli/login_command.hpp"
#include "cli/logout_command.hpp"
#include "cli/serve_command.hpp"
#include "cli/token/token_doctor_command.hpp"
#include "cli/token/token_dump_command.hpp"
#include "cli/token/token_exchange_command.hpp"
#include "cli/token/token_get_command.hpp"
#include "cli/token/token_import_command.hpp"
#include "cli/token/token_inspect_command.hpp"
#include "cli/token/token_list_command.hpp"
#include "cli/token/token_refresh_command.hpp"
#include "cli/token/token_revoke_command.hpp"
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
      {call_command, run_call},
      {doctor_command, run_doctor},
      {token_list_command, run_token_list},
      {token_inspect_command, run_token_inspect},
      {token_doctor_command, run_token_doctor},
      {token_get_command, run_token_get},
      {token_refresh_command, run_token_refresh},
      {token_exchange_command, run_token_exchange},
      {token_revoke_command, run_token_revoke},
      {token_dump_command, run_token_dump},
      {token_import_command, run_token_import},
      {config_render_command, run_config_render},
      {config_schema_command, run_config_schema},
      {version_command, nullptr},
      {help_command, nullptr},
  });
  return kEntries;
}

std::vector<Group> command_groups() {
  return {{.name = "config", .summary = "print what configuration may be and what it becomes"},
          {.name = "token", .summary = "see, check, refresh, exchange and move stored tokens"}};
}

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
