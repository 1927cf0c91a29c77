#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "cli/docgen/documents.hpp"

namespace vmcpauth::cli::docgen {

namespace {

std::string escaped(std::string_view text, std::string_view special) {
  std::string result;
  for (const char c : text) {
    if (special.find(c) != std::string_view::npos) result += '\\';
    result += c;
  }
  return result;
}

std::string action(Completes completes, const std::vector<std::string>& choices) {
  if (!choices.empty()) return fmt::format("({})", fmt::join(choices, " "));
  switch (completes) {
    case Completes::Nothing: return " ";  // a message, nothing to complete
    case Completes::Files: return "_files";
    case Completes::TomlFiles: return "_files -g \"*.toml(-.)\"";
  }
  return {};
}

// One _arguments specification for each spelling (zsh manual, "Completion Functions", _arguments).
std::string specification(const Option& option) {
  std::string exclusive = "--" + option.name;
  if (option.letter != 0) exclusive += fmt::format(" -{}", option.letter);
  for (const auto& other : option.excludes) exclusive += " --" + other;
  if (option.name == "help" || option.name == "version") exclusive = "- *";
  std::string tail = fmt::format("[{}]", escaped(option.help, "\\[]"));
  if (!option.value.empty())
    tail += fmt::format("{}{}:{}", option.value_optional ? "::" : ":", escaped(option.value, "\\:"), action(option.completes, option.choices));
  const std::string_view glue = option.value.empty() ? "" : option.value_optional ? "=-" : "=";
  std::string text = "    " + shell_quoted(fmt::format("({})--{}{}{}", exclusive, option.name, glue, tail)) + " \\\n";
  if (option.letter != 0) text += "    " + shell_quoted(fmt::format("({})-{}{}", exclusive, option.letter, tail)) + " \\\n";
  return text;
}

// "_vmcpauth_token_list"
std::string function_of(const Program& program, std::string name) {
  std::ranges::replace(name, ' ', '_');
  return fmt::format("_{}_{}", program.name, name);
}

std::string described(std::string_view word, std::string_view summary) {
  return "    " + shell_quoted(fmt::format("{}:{}", word, escaped(summary, "\\:"))) + "\n";
}

// A group completes its second word, and leaves the rest to that command.
std::string group_functions(const Program& program, const Group& group) {
  const auto name = function_of(program, group.name);
  std::string text = fmt::format("{}_commands() {{\n  local -a commands=(\n", name);
  for (const auto* command : commands_of(program, group.name)) text += described(last_word(*command), command->summary);
  text += "  )\n  _describe -t commands command commands\n}\n\n";
  text += fmt::format(
      "{0}() {{\n  local curcontext=$curcontext state line\n  _arguments -C \\\n    '1: :{0}_commands' \\\n    '*:: :->arguments' && return\n  case $line[1] "
      "in\n",
      name);
  for (const auto* command : commands_of(program, group.name)) text += fmt::format("    {}) {} ;;\n", last_word(*command), function_of(program, command->name));
  return text + "  esac\n}\n\n";
}

std::string command_function(const Program& program, const Command& command) {
  std::string text = fmt::format("{}() {{\n  _arguments -s -S \\\n", function_of(program, command.name));
  for (const auto* option : options_of(program, &command)) text += specification(*option);
  for (const auto& argument : command.arguments) {
    text += "    " +
            shell_quoted(fmt::format("{}:{}:{}", argument.many ? "*" : ":", escaped(argument.help, "\\:"), action(argument.completes, argument.choices))) +
            " \\\n";
  }
  text.resize(text.size() - 3);  // the last " \\\n"
  return text + "\n}\n\n";
}

}  // namespace

std::string zsh_completion(const Program& program) {
  std::string text = fmt::format(
      "#compdef {0}\n# Generated from cli/options.cpp by ./dev generate. Do not edit.\n\n_{0}_commands() {{\n  local -a commands=(\n", program.name);
  for (const auto& word : first_words(program)) text += described(word, summary_of(program, word));
  text += "  )\n  _describe -t commands command commands\n}\n\n";
  for (const auto& command : program.commands) text += command_function(program, command);
  for (const auto& group : program.groups) text += group_functions(program, group);
  text += fmt::format("_{}() {{\n  local curcontext=$curcontext state line\n  _arguments -C \\\n", program.name);
  for (const auto* option : options_of(program, nullptr)) text += specification(*option);
  text += fmt::format("    '1: :_{}_commands' \\\n    '*:: :->arguments' && return\n  case $line[1] in\n", program.name);
  for (const auto& word : first_words(program)) text += fmt::format("    {}) {} ;;\n", word, function_of(program, word));
  text += fmt::format(
      "  esac\n}}\n\n# Autoloaded by compinit, or sourced.\nif [[ $funcstack[1] == _{0} ]]; then\n  _{0} \"$@\"\nelse\n  compdef _{0} {0}\nfi\n", program.name);
  return text;
}

}  // namespace vmcpauth::cli::docgen
