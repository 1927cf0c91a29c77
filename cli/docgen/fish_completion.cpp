#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "cli/docgen/documents.hpp"

namespace vmcpauth::cli::docgen {

namespace {

// fish's single quotes know two escapes.
std::string quoted(std::string_view text) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\\' || c == '\'') result += '\\';
    result += c;
  }
  return result + "'";
}

std::string value(const Option& option) {
  if (option.value.empty() || option.value_optional) return "";
  if (!option.choices.empty()) return fmt::format(" -x -a {}", quoted(fmt::format("{}", fmt::join(option.choices, " "))));
  switch (option.completes) {
    case Completes::Nothing: return " -x";
    case Completes::Files: return " -r -F";
    case Completes::TomlFiles: return " -x -a '(__fish_complete_suffix .toml)'";
  }
  return {};
}

std::string options(const Program& program, const Command* command, const std::string& begin) {
  std::string text;
  for (const auto* option : options_of(program, command)) {
    const std::string letter = option->letter != 0 ? fmt::format(" -s {}", option->letter) : std::string();
    text += fmt::format("{} -l {}{}{} -d {}\n", begin, option->name, letter, value(*option), quoted(option->help));
  }
  return text;
}

// When the words of the command have been typed.
std::string condition(const Command& command) {
  std::string text;
  std::string_view rest = command.name;
  while (!rest.empty()) {
    const auto end = std::min(rest.find(' '), rest.size());
    text += fmt::format("{}__fish_seen_subcommand_from {}", text.empty() ? "" : "; and ", rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return text;
}

// The second words of a group, while none of them has been typed.
std::string group_words(const Program& program, const Group& group) {
  const auto commands = commands_of(program, group.name);
  std::vector<std::string_view> names;
  for (const auto* command : commands) names.push_back(last_word(*command));
  const auto begin =
      fmt::format("complete -c {} -n {}", program.name,
                  quoted(fmt::format("__fish_seen_subcommand_from {}; and not __fish_seen_subcommand_from {}", group.name, fmt::join(names, " "))));
  std::string text = "\n";
  for (const auto* command : commands) text += fmt::format("{} -a {} -d {}\n", begin, last_word(*command), quoted(command->summary));
  return text;
}

}  // namespace

std::string fish_completion(const Program& program) {
  std::string text =
      fmt::format("# fish completion for {0}(1). Generated from cli/options.cpp by ./dev generate. Do not edit.\n\ncomplete -c {0} -f\n\n", program.name);
  const std::string first = fmt::format("complete -c {} -n __fish_use_subcommand", program.name);
  for (const auto& word : first_words(program)) text += fmt::format("{} -a {} -d {}\n", first, word, quoted(summary_of(program, word)));
  text += options(program, nullptr, first);
  for (const auto& group : program.groups) text += group_words(program, group);
  for (const auto& command : program.commands) {
    const std::string begin = fmt::format("complete -c {} -n {}", program.name, quoted(condition(command)));
    text += "\n" + options(program, &command, begin);
    for (const auto& argument : command.arguments) {
      if (!argument.choices.empty())
        text += fmt::format("{} -a {} -d {}\n", begin, quoted(fmt::format("{}", fmt::join(argument.choices, " "))), quoted(argument.help));
      if (argument.choices.empty() && argument.completes != Completes::Nothing) text += begin + " -F\n";
    }
  }
  return text;
}

}  // namespace vmcpauth::cli::docgen
