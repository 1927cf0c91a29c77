#include "cli/parser.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "cli/suggest.hpp"
#include "core/base/encoding.hpp"

namespace vmcpauth::cli {

namespace {

// What CLI11 gives for --name without a value; no argument can hold it.
const std::string kNoValue(1, '\0');
constexpr std::size_t kMostArguments = 4096;

using Bound = std::pair<const Option*, CLI::Option*>;

CLI::Option* bind(CLI::App& app, const Option& option) {
  std::string names = "--" + option.name;
  if (option.letter != 0) names += std::string(",-") + option.letter;
  if (option.value.empty()) return app.add_flag(names + "{" + kNoValue + "}");
  if (option.value_optional) return app.add_flag(names + "{" + kNoValue + "}")->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  // CLI11 would take "--listen" for the value of "--server --listen"; zero or one lets us say what is missing.
  return app.add_option(names)->expected(0, 1)->default_str(kNoValue)->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
}

std::string dashed(const Option& option) { return "--" + option.name; }

std::vector<std::string> known_spellings(const Program& program, const Command* command) {
  std::vector<std::string> names;
  for (const auto* option : options_of(program, command)) names.push_back(dashed(*option));
  return names;
}

std::vector<std::string> command_names(const Program& program) {
  std::vector<std::string> names;
  for (const auto& command : program.commands) names.push_back(command.name);
  return names;
}

std::optional<std::string> did_you_mean(std::string_view given, const std::vector<std::string>& known) {
  const auto near = nearest(given, known);
  return near ? std::optional(fmt::format("did you mean '{}'?", *near)) : std::nullopt;
}

UsageError unexpected(const Program& program, const Command* command, const std::string& given) {
  const std::string shown = printable(given, 100);
  if (given.starts_with("-") && given.size() > 1) {
    const std::string name = given.substr(0, given.find('=', 2));
    return {fmt::format("unknown option '{}'", printable(name, 100)), did_you_mean(name, known_spellings(program, command)), command};
  }
  if (command == nullptr) return {fmt::format("unknown command '{}'", shown), did_you_mean(given, command_names(program)), nullptr};
  return {fmt::format("unexpected argument '{}'", shown), std::nullopt, command};
}

std::optional<UsageError> check_choice(const Command& command, std::string_view what, const std::vector<std::string>& choices, const std::string& given) {
  if (choices.empty() || std::ranges::find(choices, given) != choices.end()) return std::nullopt;
  return UsageError{fmt::format("{} is one of {}, not '{}'", what, fmt::join(choices, ", "), printable(given, 100)), did_you_mean(given, choices), &command};
}

std::optional<UsageError> check(const Invocation& invocation) {
  const Command& command = invocation.command();
  for (const auto& option : command.options) {
    if (!invocation.has(option.name)) continue;
    const auto value = invocation.value(option.name);
    const bool needs_value = !option.value.empty() && !option.value_optional;
    if (needs_value && (!value || value->empty()))
      return UsageError{fmt::format("{} needs a value: {}", dashed(option), spelling(option)), std::nullopt, &command};
    if (value && option.value.empty()) return UsageError{fmt::format("{} takes no value", dashed(option)), std::nullopt, &command};
    if (value) {
      if (auto error = check_choice(command, dashed(option), option.choices, *value)) return error;
    }
    for (const auto& other : option.excludes) {
      if (invocation.has(other)) return UsageError{fmt::format("--{} and --{} exclude each other", option.name, other), std::nullopt, &command};
    }
  }
  for (std::size_t i = 0; i < invocation.arguments().size(); ++i) {
    const auto& argument = command.arguments[std::min(i, command.arguments.size() - 1)];
    if (auto error = check_choice(command, argument.name, argument.choices, invocation.arguments()[i])) return error;
  }
  return std::nullopt;
}

Invocation collect(const Command& command, const std::vector<Bound>& bound, const std::vector<std::string>& arguments) {
  Invocation invocation(command);
  for (const auto& [option, parsed] : bound) {
    if (parsed->count() == 0) continue;
    const auto& last = parsed->results().back();
    invocation.add_option(option->name, last == kNoValue ? std::nullopt : std::optional(last));
  }
  for (const auto& argument : arguments) invocation.add_argument(argument);
  return invocation;
}

ParseOutcome parse_command(const Program& program, const Command& command, std::span<const std::string> rest) {
  CLI::App app;
  app.set_help_flag();
  std::vector<Bound> bound;
  for (const auto* option : options_of(program, &command)) bound.emplace_back(option, bind(app, *option));
  std::vector<std::string> arguments;
  app.add_option("arguments", arguments);
  std::vector<std::string> reversed(rest.rbegin(), rest.rend());  // CLI11 takes them last first
  try {
    app.parse(std::move(reversed));
  } catch (const CLI::ExtrasError&) {
    const auto extras = app.remaining();
    return unexpected(program, &command, extras.empty() ? std::string() : extras.front());
  } catch (const CLI::ParseError& error) {
    return UsageError{printable(error.what(), 200), std::nullopt, &command};
  }
  const bool many = !command.arguments.empty() && command.arguments.back().many;
  if (!many && arguments.size() > command.arguments.size()) return unexpected(program, &command, arguments[command.arguments.size()]);
  Invocation invocation = collect(command, bound, arguments);
  if (auto error = check(invocation)) return *std::move(error);
  return invocation;
}

// Before "--", which ends the options.
bool asks_for(std::span<const std::string> arguments, const Option& option) {
  const std::string letter = std::string("-") + option.letter;
  const auto end = std::ranges::find(arguments, "--");
  return std::any_of(arguments.begin(), end, [&](const std::string& argument) { return argument == dashed(option) || argument == letter; });
}

}  // namespace

std::optional<std::string> Invocation::value(std::string_view option) const {
  const auto found = options_.find(option);
  return found == options_.end() ? std::nullopt : found->second;
}

ParseOutcome parse(const Program& program, std::span<const std::string> arguments) {
  if (arguments.empty()) return NothingAsked{};
  if (arguments.size() > kMostArguments) return UsageError{fmt::format("more than {} arguments", kMostArguments), std::nullopt, nullptr};
  const Command* command = find_command(program, arguments.front());
  if (asks_for(arguments, help_option())) return HelpRequest{command};
  if (command == nullptr) {
    if (asks_for(arguments.first(1), program.options.front())) return VersionRequest{};
    return unexpected(program, nullptr, arguments.front());
  }
  auto outcome = parse_command(program, *command, arguments.subspan(1));
  const auto* invocation = std::get_if<Invocation>(&outcome);
  if (invocation == nullptr) return outcome;
  if (command->name == "version") return VersionRequest{};
  if (command->name == "help") return HelpRequest{invocation->arguments().empty() ? nullptr : find_command(program, invocation->arguments().front())};
  return outcome;
}

}  // namespace vmcpauth::cli
