// Every command of the program: its entry of the option table beside the function that runs it. A new command is a file
// pair NAME_command.{hpp,cpp} with these two and one line in commands.cpp; parser, help, man page and completions follow.
#pragma once

#include <span>

#include "cli/exit_status.hpp"
#include "cli/options.hpp"
#include "cli/parser.hpp"
#include "cli/world.hpp"

namespace vmcpauth::cli {

struct CommandEntry {
  Command (*table)();
  // Prints its results to world.output and everything else to world.error; a UsageError is returned, so that all look alike.
  std::expected<ExitStatus, UsageError> (*run)(const World& world, const Invocation& invocation);
};

// In the order of --help. `version` and `help` are requests of the parser's own and have no `run`.
[[nodiscard]] std::span<const CommandEntry> command_entries();

// What the groups among them ("token" of "token list") are for.
[[nodiscard]] std::vector<Group> command_groups();

// nullptr for `version` and `help`, and for names that are not in the table.
[[nodiscard]] const CommandEntry* find_entry(std::string_view name);

// "vmcpauth: <error>" on world.error, and the exit status of its code.
ExitStatus report_failure(const World& world, const Error& error);

}  // namespace vmcpauth::cli
