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
  bool repeatable = false;      // every value counts, not only the last
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
  bool required = false;
  Completes completes = Completes::Nothing;
  std::vector<std::string> choices;
  std::string help;
};

struct Example {
  std::string line;
  std::string meaning;
};

// Words that need a second one: "token" of "token list".
struct Group {
  std::string name;
  std::string summary;  // one clause
};

struct Command {
  std::string name;                      // "serve", or "token list" for a command of the group token
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
  std::vector<Group> groups;
  std::vector<Command> commands;
  std::vector<Named> environment;
  std::vector<Named> files;
  std::vector<Named> exit_statuses;
};

// The table itself.
[[nodiscard]] const Program& program();

// --help, which the program and every command share.
[[nodiscard]] const Option& help_option();

// nullptr when there is no such command; the name of one of a group is "GROUP COMMAND".
[[nodiscard]] const Command* find_command(const Program& program, std::string_view name);
[[nodiscard]] const Group* find_group(const Program& program, std::string_view name);

// The first words a command line can have, in the table's order: commands of no group, and groups (where their first command stands).
[[nodiscard]] std::vector<std::string> first_words(const Program& program);
// What such a word is for.
[[nodiscard]] const std::string& summary_of(const Program& program, std::string_view first_word);
// The commands of a group, in the table's order.
[[nodiscard]] std::vector<const Command*> commands_of(const Program& program, std::string_view group);
// "list" of "token list", "serve" of "serve".
[[nodiscard]] std::string_view last_word(const Command& command);

// All options that may follow `command` (nullptr: the program itself), --help last.
[[nodiscard]] std::vector<const Option*> options_of(const Program& program, const Command* command);

// "--listen HOST:PORT", "--mock-idps[=NAME,...]", "--quiet".
[[nodiscard]] std::string spelling(const Option& option);

// "[PATH...]", "[COMMAND]"; "URL" when it is required.
[[nodiscard]] std::string spelling(const Argument& argument);

}  // namespace vmcpauth::cli
