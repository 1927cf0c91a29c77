#include "cli/options.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "cli/commands.hpp"

namespace vmcpauth::cli {

namespace {

// `help` explains every first word, itself included.
void complete_help(Program& program) {
  const auto help = std::ranges::find(program.commands, "help", &Command::name);
  if (help != program.commands.end()) help->arguments.front().choices = first_words(program);
}

Program make_program() {
  Program program{
      .name = "vmcpauth",
      .summary = "authentication toolkit and local proxy for ToolHive's Virtual MCP Server",
      .description = {"vmcpauth is for people who build and run MCP servers behind ToolHive's Virtual MCP Server (vMCP). It runs vMCP's embedded "
                      "authorization server and its injecting proxy on a laptop, from the manifests that are deployed, with real or built-in identity "
                      "providers."},
      .options = {{.name = "version", .letter = 'V', .help = "print the version and exit"}},
      .groups = command_groups(),
      .environment = {{"NO_COLOR", "When set and not empty, nothing is coloured unless --color=always says so."},
                      {"TERM", "When it is dumb, nothing is coloured unless --color=always says so."},
                      {"BROWSER", "The browser that login opens: commands separated by colons, %s standing for the URL. Else xdg-open and its like."},
                      {"XDG_STATE_HOME", "Where credentials and sessions are kept, in the folder vmcpauth; else ~/.local/state."},
                      {"VMCPAUTH_STORE_KEY",
                       "The key that stored credentials and sessions are sealed with: 32 bytes in base64url, base64 or hex. Else a key file beside them."},
                      {"VMCPAUTH_PASSPHRASE", "The passphrase of encrypted dumps, when no --passphrase-file names one."},
                      {"VMCPAUTH_REDIS_USERNAME", "The user of a Redis that --store names without one."},
                      {"VMCPAUTH_REDIS_PASSWORD", "The password of a Redis that --store names without one."},
                      {"COLUMNS", "The width help is folded at, when it is not known from the terminal."}},
      .files = {{"vmcpauth.toml", "Local settings, read from beside the first PATH unless --overlay names another file."},
                {"$XDG_STATE_HOME/vmcpauth", "Sealed credentials and sessions and their keys, for this user only."},
                {"authserver-config.yaml", "The authorization server's part of a vMCP runtime configuration, read from beside the runtime file."}},
  };
  for (const auto& [status, meaning] : kExitStatuses) program.exit_statuses.push_back({std::to_string(std::to_underlying(status)), std::string(meaning)});
  for (const auto& entry : command_entries()) program.commands.push_back(entry.table());
  complete_help(program);
  return program;
}

}  // namespace

const Program& program() {
  static const Program kProgram = make_program();
  return kProgram;
}

const Option& help_option() {
  static const Option kHelp{.name = "help", .letter = 'h', .help = "print help and exit"};
  return kHelp;
}

const Command* find_command(const Program& program, std::string_view name) {
  const auto found = std::ranges::find(program.commands, name, &Command::name);
  return found == program.commands.end() ? nullptr : &*found;
}

const Group* find_group(const Program& program, std::string_view name) {
  const auto found = std::ranges::find(program.groups, name, &Group::name);
  return found == program.groups.end() ? nullptr : &*found;
}

std::vector<std::string> first_words(const Program& program) {
  std::vector<std::string> words;
  for (const auto& command : program.commands) {
    auto word = command.name.substr(0, command.name.find(' '));
    if (std::ranges::find(words, word) == words.end()) words.push_back(std::move(word));
  }
  return words;
}

const std::string& summary_of(const Program& program, std::string_view first_word) {
  static const std::string kNothing;
  if (const auto* group = find_group(program, first_word)) return group->summary;
  const auto* command = find_command(program, first_word);
  return command != nullptr ? command->summary : kNothing;
}

std::vector<const Command*> commands_of(const Program& program, std::string_view group) {
  std::vector<const Command*> commands;
  for (const auto& command : program.commands) {
    if (command.name.size() > group.size() && command.name.starts_with(group) && command.name[group.size()] == ' ') commands.push_back(&command);
  }
  return commands;
}

std::string_view last_word(const Command& command) {
  const auto space = command.name.rfind(' ');
  return space == std::string::npos ? std::string_view(command.name) : std::string_view(command.name).substr(space + 1);
}

std::vector<const Option*> options_of(const Program& program, const Command* command) {
  std::vector<const Option*> all;
  for (const auto& option : command != nullptr ? command->options : program.options) all.push_back(&option);
  all.push_back(&help_option());
  return all;
}

std::string spelling(const Option& option) {
  if (option.value.empty()) return "--" + option.name;
  return "--" + option.name + (option.value_optional ? "[=" + option.value + "]" : " " + option.value);
}

std::string spelling(const Argument& argument) {
  const auto words = argument.name + (argument.many ? "..." : "");
  return argument.required ? words : "[" + words + "]";
}

}  // namespace vmcpauth::cli
