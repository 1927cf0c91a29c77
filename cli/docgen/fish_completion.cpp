#include <fmt/format.h>
#include <fmt/ranges.h>

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

}  // namespace

std::string fish_completion(const Program& program) {
  std::string text =
      fmt::format("# fish completion for {0}(1). Generated from cli/options.cpp by ./dev generate. Do not edit.\n\ncomplete -c {0} -f\n\n", program.name);
  const std::string first = fmt::format("complete -c {} -n __fish_use_subcommand", program.name);
  for (const auto& command : program.commands) text += fmt::format("{} -a {} -d {}\n", first, command.name, quoted(command.summary));
  text += options(program, nullptr, first);
  for (const auto& command : program.commands) {
    const std::string begin = fmt::format("complete -c {} -n {}", program.name, quoted("__fish_seen_subcommand_from " + command.name));
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
