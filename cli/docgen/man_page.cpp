#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>

#include "cli/docgen/documents.hpp"

namespace vmcpauth::cli::docgen {

namespace {

// Text that roff must not interpret: backslashes, hyphens that are to stay ASCII, control characters at a line's begin.
std::string escape(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\\') {
      escaped += "\\e";
    } else if (c == '-') {
      escaped += "\\-";
    } else if ((c == '.' || c == '\'') && escaped.empty()) {
      escaped += fmt::format("\\&{}", c);
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string upper(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return result;
}

std::string sentence(std::string_view clause) {
  std::string text(clause);
  if (!text.empty()) text.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(text.front())));
  return text + ".";
}

std::string option_entry(const Option& option) {
  std::string names = option.letter != 0 ? fmt::format("\\fB\\-{}\\fR, ", option.letter) : std::string();
  names += fmt::format("\\fB\\-\\-{}\\fR", escape(option.name));
  if (!option.value.empty())
    names += option.value_optional ? fmt::format("[=\\fI{}\\fR]", escape(option.value)) : fmt::format(" \\fI{}\\fR", escape(option.value));
  std::string text = fmt::format(".TP\n{}\n{}\n", names, escape(sentence(option.help)));
  if (!option.choices.empty()) text += escape(fmt::format("One of {}.", fmt::join(option.choices, ", "))) + "\n";
  if (!option.standard.empty()) text += escape(fmt::format("Default: {}.", option.standard)) + "\n";
  if (option.repeatable) text += "May be given several times.\n";
  if (!option.detail.empty()) text += escape(option.detail) + "\n";
  return text;
}

std::string entries(const std::vector<Named>& named, std::string_view font) {
  std::string text;
  for (const auto& [name, meaning] : named) text += fmt::format(".TP\n\\f{}{}\\fR\n{}\n", font, escape(name), escape(meaning));
  return text;
}

std::string command_section(const Program& program, const Command& command) {
  std::string text = fmt::format(".SS {} {}\n{}\n", program.name, command.name, escape(sentence(command.summary)));
  for (const auto& paragraph : command.description) text += fmt::format(".PP\n{}\n", escape(paragraph));
  for (const auto& argument : command.arguments)
    text += fmt::format(".TP\n[\\fI{}\\fR{}]\n{}\n", argument.name, argument.many ? "..." : "", escape(sentence(argument.help)));
  for (const auto& option : command.options) text += option_entry(option);
  return text;
}

std::string synopsis(const Program& program) {
  std::string text = ".SH SYNOPSIS\n";
  for (const auto& command : program.commands) {
    text += fmt::format("\\fB{} {}\\fR", program.name, command.name);
    if (!command.options.empty()) text += " [\\fIoptions\\fR]";
    for (const auto& argument : command.arguments) text += fmt::format(" [\\fI{}\\fR{}]", argument.name, argument.many ? "..." : "");
    text += "\n.br\n";
  }
  return text + fmt::format("\\fB{}\\fR [\\fB\\-\\-version\\fR] [\\fB\\-\\-help\\fR]\n", program.name);
}

}  // namespace

std::string man_page(const Program& program, std::string_view version) {
  // No date: the page is the same whenever it is made.
  std::string text = fmt::format(".\\\" Generated from cli/options.cpp by ./dev generate. Do not edit.\n.TH {} 1 \"\" \"{} {}\" \"User Commands\"\n",
                                 upper(program.name), program.name, version);
  text += fmt::format(".SH NAME\n{} \\- {}\n", program.name, escape(program.summary));
  text += synopsis(program) + ".SH DESCRIPTION\n";
  for (const auto& paragraph : program.description) text += fmt::format(".PP\n{}\n", escape(paragraph));
  text += ".SH OPTIONS\n";
  for (const auto* option : options_of(program, nullptr)) text += option_entry(*option);
  text += ".SH COMMANDS\n";
  for (const auto& command : program.commands) text += command_section(program, command);
  text += ".SH ENVIRONMENT\n" + entries(program.environment, "B") + ".SH FILES\n" + entries(program.files, "I") + ".SH EXIT STATUS\n" +
          entries(program.exit_statuses, "B") + ".SH EXAMPLES\n";
  for (const auto& command : program.commands) {
    for (const auto& example : command.examples) text += fmt::format(".TP\n\\fB{}\\fR\n{}\n", escape(example.line), escape(sentence(example.meaning)));
  }
  return text;
}

}  // namespace vmcpauth::cli::docgen
