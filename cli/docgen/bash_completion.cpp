#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/docgen/documents.hpp"

namespace vmcpauth::cli::docgen {

namespace {

// How a value of this kind fills COMPREPLY; `indent` in front of each line.
std::string reply(Completes completes, const std::vector<std::string>& choices, std::string_view indent) {
  if (!choices.empty()) return fmt::format("{}mapfile -t COMPREPLY < <(compgen -W '{}' -- \"$cur\")\n", indent, fmt::join(choices, " "));
  switch (completes) {
    case Completes::Nothing: return {};
    case Completes::Files: return fmt::format("{0}compopt -o filenames\n{0}mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n", indent);
    case Completes::TomlFiles:
      return fmt::format("{0}compopt -o filenames\n{0}mapfile -t COMPREPLY < <(compgen -d -- \"$cur\"; compgen -f -X '!*.toml' -- \"$cur\")\n", indent);
  }
  return {};
}

std::vector<std::string> option_words(const Program& program, const Command* command) {
  std::vector<std::string> all;
  for (const auto* option : options_of(program, command)) {
    all.push_back("--" + option->name);
    if (option->letter != 0) all.push_back(std::string("-") + option->letter);
  }
  return all;
}

// The value of an option: "--color al", "--color=al".
std::string value_cases(const Command& command) {
  std::string text;
  for (const auto& option : command.options) {
    if (option.value.empty()) continue;
    const std::string name = command.name + " --" + option.name;
    const std::string pattern = option.value_optional ? fmt::format("'{}='", name) : fmt::format("'{0}' | '{0}='", name);
    text += fmt::format("    {})\n{}      return\n      ;;\n", pattern, reply(option.completes, option.choices, "      "));
  }
  return text;
}

// Position is not counted: the first argument that can be completed speaks for all.
std::string argument_reply(const Command& command) {
  for (const auto& argument : command.arguments) {
    if (auto text = reply(argument.completes, argument.choices, "        "); !text.empty()) return text;
  }
  return {};
}

std::string word_cases(const Program& program) {
  std::string text;
  for (const auto& command : program.commands) {
    text += fmt::format("    '{}')\n      if [[ $cur == -* ]]; then\n{}", command.name, reply(Completes::Nothing, option_words(program, &command), "        "));
    if (const auto words = argument_reply(command); !words.empty()) text += "      else\n" + words;
    text += "      fi\n      ;;\n";
  }
  for (const auto& group : program.groups) {
    std::vector<std::string> names;
    for (const auto* command : commands_of(program, group.name)) names.emplace_back(last_word(*command));
    text += fmt::format("    '{}')\n{}      ;;\n", group.name, reply(Completes::Nothing, names, "      "));
  }
  // Before a command there are commands, and options only when a dash asks for them.
  const auto names = first_words(program);
  return text + fmt::format("    *)\n      if [[ $cur == -* ]]; then\n{}      else\n{}      fi\n      ;;\n",
                            reply(Completes::Nothing, option_words(program, nullptr), "        "), reply(Completes::Nothing, names, "        "));
}

// A group's name is followed by a command of its own.
std::string second_word(const Program& program) {
  if (program.groups.empty()) return {};
  std::vector<std::string> names;
  for (const auto& group : program.groups) names.push_back(group.name);
  return fmt::format("  if [[ $command == @({}) ]] && ((COMP_CWORD > 2)); then\n    command+=\" ${{COMP_WORDS[2]}}\"\n  fi\n", fmt::join(names, "|"));
}

}  // namespace

std::string bash_completion(const Program& program) {
  std::string text = fmt::format(
      "# bash completion for {0}(1). Generated from cli/options.cpp by ./dev generate. Do not edit.\n\n"
      "_{0}() {{\n"
      "  local cur=${{COMP_WORDS[COMP_CWORD]}} command='' before=''\n"
      "  COMPREPLY=()\n"
      "  ((COMP_CWORD > 1)) && command=${{COMP_WORDS[1]}}\n"
      "{1}"
      "  ((COMP_CWORD > 0)) && before=${{COMP_WORDS[COMP_CWORD - 1]}}\n"
      "  # \"--color=al\" arrives as three words.\n"
      "  if [[ $cur == '=' ]]; then\n"
      "    cur='' before+='='\n"
      "  elif [[ $before == '=' ]] && ((COMP_CWORD > 2)); then\n"
      "    before=\"${{COMP_WORDS[COMP_CWORD - 2]}}=\"\n"
      "  fi\n"
      "  case \"$command $before\" in\n",
      program.name, second_word(program));
  for (const auto& command : program.commands) text += value_cases(command);
  text += "  esac\n  case $command in\n" + word_cases(program) + "  esac\n}\n\n";
  return text + fmt::format("complete -F _{0} {0}\n", program.name);
}

}  // namespace vmcpauth::cli::docgen
