#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/docgen/documents.hpp"

namespace vmcpauth::cli::docgen {

namespace {

// Text that Markdown must not interpret. Table cells also end at a bar.
std::string plain(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '|' || c == '*' || c == '_' || c == '<' || c == '`' || c == '[') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string code(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '|') escaped += '\\';
    escaped += c;
  }
  return "`" + escaped + "`";
}

std::string option_row(const Option& option) {
  std::string names = code(spelling(option));
  if (option.letter != 0) names = code(std::string("-") + option.letter) + ", " + names;
  std::string meaning = plain(option.help);
  if (!option.choices.empty()) meaning += fmt::format(": {}", plain(fmt::format("{}", fmt::join(option.choices, ", "))));
  if (option.repeatable) meaning += " (may be repeated)";
  if (!option.standard.empty()) meaning += fmt::format(" (default: {})", plain(option.standard));
  if (!option.detail.empty()) meaning += ". " + plain(option.detail);
  return fmt::format("| {} | {} |\n", names, meaning);
}

std::string command_chapter(const Program& program, const Command& command) {
  std::string text = fmt::format("\n## {} {}\n\n", program.name, command.name);
  std::string usage = fmt::format("{} {}", program.name, command.name);
  if (!command.options.empty()) usage += " [options]";
  for (const auto& argument : command.arguments) usage += " " + spelling(argument);
  text += fmt::format("```\n{}\n```\n", usage);
  for (const auto& paragraph : command.description) text += fmt::format("\n{}\n", plain(paragraph));
  if (!command.arguments.empty() || !command.options.empty()) text += "\n| | |\n|---|---|\n";
  for (const auto& argument : command.arguments) text += fmt::format("| {} | {} |\n", code(spelling(argument)), plain(argument.help));
  for (const auto& option : command.options) text += option_row(option);
  if (!command.examples.empty()) text += "\nExamples:\n\n";
  for (const auto& example : command.examples) text += fmt::format("- {}: {}\n", code(example.line), plain(example.meaning));
  return text;
}

std::string named_table(std::string_view title, const std::vector<Named>& named) {
  std::string text = fmt::format("\n## {}\n\n| | |\n|---|---|\n", title);
  for (const auto& [name, meaning] : named) text += fmt::format("| {} | {} |\n", code(name), plain(meaning));
  return text;
}

}  // namespace

std::string cli_reference(const Program& program) {
  std::string text = fmt::format("<!-- Generated from the option table by ./dev generate. Do not edit. -->\n# Command line\n\n`{}`: {}.\n", program.name,
                                 plain(program.summary));
  text += "\n| command | |\n|---|---|\n";
  for (const auto& command : program.commands) {
    std::string anchor = program.name + "-" + command.name;
    for (auto& c : anchor) c = c == ' ' ? '-' : c;
    text += fmt::format("| [{}](#{}) | {} |\n", code(command.name), anchor, plain(command.summary));
  }
  for (const auto& command : program.commands) text += command_chapter(program, command);
  return text + named_table("Environment", program.environment) + named_table("Files", program.files) + named_table("Exit status", program.exit_statuses);
}

}  // namespace vmcpauth::cli::docgen
