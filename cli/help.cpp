#include "cli/help.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace vmcpauth::cli {

namespace {

using Row = std::pair<std::string, std::string>;

// Two columns; a left side that is too wide gets a line of its own.
std::string table(const std::vector<Row>& rows, std::size_t width) {
  constexpr std::size_t kWidestLeft = 26;
  std::size_t left = 0;
  for (const auto& row : rows) left = std::max(left, row.first.size() <= kWidestLeft ? row.first.size() : 0);
  const std::size_t column = 2 + left + 2;
  std::string text;
  for (const auto& [name, meaning] : rows) {
    text += "  " + name;
    text += name.size() <= left ? std::string(column - 2 - name.size(), ' ') : "\n" + std::string(column, ' ');
    text += fold(meaning, column, width) + "\n";
  }
  return text;
}

std::string left_side(const Option& option) { return (option.letter != 0 ? fmt::format("-{}, ", option.letter) : std::string(4, ' ')) + spelling(option); }

std::string meaning(const Option& option) {
  std::string text = option.help;
  if (!option.choices.empty()) text += fmt::format(": {}", fmt::join(option.choices, ", "));
  if (option.repeatable) text += " (may be repeated)";
  if (!option.standard.empty()) text += fmt::format(" (default: {})", option.standard);
  return text;
}

std::string options_table(const Program& program, const Command* command, std::size_t width) {
  std::vector<Row> rows;
  for (const auto* option : options_of(program, command)) rows.emplace_back(left_side(*option), meaning(*option));
  return "\nOptions:\n" + table(rows, width);
}

}  // namespace

std::string fold(std::string_view text, std::size_t indent, std::size_t width) {
  std::string folded;
  std::size_t column = indent;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (word.empty()) continue;
    if (!folded.empty() && column + 1 + word.size() > width) {
      folded += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (!folded.empty()) {
      folded += ' ';
      ++column;
    }
    folded += word;
    column += word.size();
  }
  return folded;
}

std::string program_help(const Program& program, std::size_t width) {
  std::string text = fold(fmt::format("{}: {}", program.name, program.summary), 0, width) + "\n\n";
  text += fmt::format("Usage: {} <command> [options] [arguments]\n\nCommands:\n", program.name);
  std::vector<Row> commands;
  for (const auto& word : first_words(program)) commands.emplace_back(word, summary_of(program, word));
  text += table(commands, width) + options_table(program, nullptr, width);
  const auto start = fmt::format("Start here: '{0} serve' runs a demo; '{0} <command> --help' explains a command; 'man {0}' says the rest.", program.name);
  return text + "\n" + fold(start, 0, width) + "\n";
}

std::string group_help(const Program& program, const Group& group, std::size_t width) {
  std::string text = fold(fmt::format("{} {}: {}", program.name, group.name, group.summary), 0, width) + "\n\n";
  text += fmt::format("Usage: {} {} <command> [options] [arguments]\n\nCommands:\n", program.name, group.name);
  std::vector<Row> commands;
  for (const auto* command : commands_of(program, group.name)) commands.emplace_back(std::string(last_word(*command)), command->summary);
  return text + table(commands, width) + fmt::format("\n'{} {} <command> --help' explains a command.\n", program.name, group.name);
}

std::string command_help(const Program& program, const Command& command, std::size_t width) {
  std::string usage = fmt::format("Usage: {} {}", program.name, command.name);
  if (!command.options.empty()) usage += " [options]";
  for (const auto& argument : command.arguments) usage += " " + spelling(argument);
  std::string text = fmt::format("{}\n\n", usage);
  for (const auto& paragraph : command.description) text += fold(paragraph, 0, width) + "\n\n";
  text.pop_back();
  if (!command.arguments.empty()) {
    std::vector<Row> rows;
    for (const auto& argument : command.arguments) rows.emplace_back(spelling(argument), argument.help);
    text += "\nArguments:\n" + table(rows, width);
  }
  text += options_table(program, &command, width);
  if (!command.examples.empty()) {
    text += "\nExamples:\n";
    for (const auto& example : command.examples) text += fmt::format("  {}\n      {}\n", example.line, fold(example.meaning, 6, width));
  }
  return text;
}

}  // namespace vmcpauth::cli
