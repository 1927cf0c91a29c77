// The one table of commands, options, arguments, environment variables, exit statuses and examples. The parser,
// --help, the man page and the completions of three shells are all made from it, so none can fall behind.
// A sentence that is not in this table is in none of them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vmcpauth::cli {

// What a value is made of, as far as a shell can complete it.
enum class Completes : std::uint8_t { Nothing, Files, TomlFiles };

struct Option {
  std::string name;             // long name without dashes
  char letter = 0;              // short name, 0 = none
  std::string value;            // name of the value in help, "" = a switch
  bool value_optional = false;  // --name or --name=VALUE, never --name VALUE
  std::vector<std::string> choices;
  std::string standard;  // the default in words, "" = not worth saying
  Completes completes = Completes::Nothing;
  std::vector<std::string> excludes;  // long names that make no sense together with this one
  std::string help;                   // one clause, lower case, no full stop: --help and completions
  std::string detail;                 // further sentences for the man page
};

struct Argument {
  std::string name;  // "PATH"; none: the command takes no arguments
  bool many = false;
  Completes completes = Completes::Nothing;
  std::vector<std::string> choices;
  std::string help;
};

struct Example {
  std::string line;
  std::string meaning;
};

struct Command {
  std::string name;
  std::string summary;                   // one clause
  std::vector<std::string> description;  // paragraphs
  std::vector<Argument> arguments;       // all optional; at most the last is `many`
  std::vector<Option> options;           // without --help, which every command has
  std::vector<Example> examples;
};

struct Named {
  std::string name;
  std::string meaning;
};

struct Program {
  std::string name;
  std::string summary;
  std::vector<std::string> description;
  std::vector<Option> options;  // those of the program itself
  std::vector<Command> commands;
  std::vector<Named> environment;
  std::vector<Named> files;
  std::vector<Named> exit_statuses;
};

// The table itself.
[[nodiscard]] const Program& program();

// --help, which the program and every command share.
[[nodiscard]] const Option& help_option();

// nullptr when there is no such command.
[[nodiscard]] const Command* find_command(const Program& program, std::string_view name);

// All options that may follow `command` (nullptr: the program itself), --help last.
[[nodiscard]] std::vector<const Option*> options_of(const Program& program, const Command* command);

// "--listen HOST:PORT", "--mock-idps[=NAME,...]", "--quiet".
[[nodiscard]] std::string spelling(const Option& option);

// "[PATH...]", "[COMMAND]".
[[nodiscard]] std::string spelling(const Argument& argument);

}  // namespace vmcpauth::cli
