#include "cli/parser.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iterator>

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
  if (option.value.empty() || option.value_optional) {
    // Each spelling of a flag has a value of its own.
    std::string flags = "--" + option.name + "{" + kNoValue + "}";
    if (option.letter != 0) flags += std::string(",-") + option.letter + "{" + kNoValue + "}";
    auto* flag = app.add_flag(flags);
    return option.value_optional ? flag->multi_option_policy(CLI::MultiOptionPolicy::TakeLast) : flag;
  }
  const auto policy = option.repeatable ? CLI::MultiOptionPolicy::TakeAll : CLI::MultiOptionPolicy::TakeLast;
  // CLI11 would take "--listen" for the value of "--server --listen"; zero or one lets us say what is missing.
  return app.add_option(names)->expected(0, 1)->default_str(kNoValue)->multi_option_policy(policy);
}

std::string dashed(const Option& option) { return "--" + option.name; }

std::vector<std::string> known_spellings(const Program& program, const Command* command) {
  std::vector<std::string> names;
  for (const auto* option : options_of(program, command)) names.push_back(dashed(*option));
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
    auto hint = did_you_mean(name, known_spellings(program, command));
    // Session ids may begin like that.
    if (!hint && !given.starts_with("--") && command != nullptr && !command->arguments.empty()) hint = "an argument that begins with - goes after --";
    return {fmt::format("unknown option '{}'", printable(name, 100)), std::move(hint), command};
  }
  if (command == nullptr) return {fmt::format("unknown command '{}'", shown), did_you_mean(given, first_words(program)), nullptr};
  return {fmt::format("unexpected argument '{}'", shown), std::nullopt, command};
}

UsageError unknown_in_group(const Program& program, const Group& group, const std::string& given) {
  std::vector<std::string> known;
  for (const auto* command : commands_of(program, group.name)) known.emplace_back(last_word(*command));
  const auto message = given.starts_with("-") ? fmt::format("'{}' needs a command before '{}'", group.name, printable(given, 100))
                                              : fmt::format("unknown command '{} {}'", group.name, printable(given, 100));
  return {message, did_you_mean(given, known), nullptr, &group};
}

std::optional<UsageError> check_choice(const Command& command, std::string_view what, const std::vector<std::string>& choices, const std::string& given) {
  if (choices.empty() || std::ranges::find(choices, given) != choices.end()) return std::nullopt;
  return UsageError{fmt::format("{} is one of {}, not '{}'", what, fmt::join(choices, ", "), printable(given, 100)), did_you_mean(given, choices), &command};
}

std::optional<UsageError> check_value(const Command& command, const Option& option, const std::optional<std::string>& value) {
  const bool needs_value = !option.value.empty() && !option.value_optional;
  if (needs_value && (!value || value->empty()))
    return UsageError{fmt::format("{} needs a value: {}", dashed(option), spelling(option)), std::nullopt, &command};
  if (value && option.value.empty()) return UsageError{fmt::format("{} takes no value", dashed(option)), std::nullopt, &command};
  return value ? check_choice(command, dashed(option), option.choices, *value) : std::nullopt;
}

std::optional<UsageError> check(const Invocation& invocation) {
  const Command& command = invocation.command();
  for (const auto& option : command.options) {
    for (const auto& value : invocation.given(option.name)) {
      if (auto error = check_value(command, option, value)) return error;
    }
    if (!invocation.has(option.name)) continue;
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
    const auto& results = parsed->results();
    const std::span<const std::string> counted(results.data() + (option->repeatable ? 0 : results.size() - 1), results.data() + results.size());
    for (const auto& value : counted) invocation.add_option(option->name, value == kNoValue ? std::nullopt : std::optional(value));
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
  // CLI11 would take "--" for the end of the values of the option before it, and what follows for options again.
  const auto end = std::ranges::find(rest, "--");
  std::vector<std::string> reversed(std::make_reverse_iterator(end), rest.rend());  // CLI11 takes them last first
  try {
    app.parse(std::move(reversed));
  } catch (const CLI::ExtrasError&) {
    const auto extras = app.remaining();
    return unexpected(program, &command, extras.empty() ? std::string() : extras.front());
  } catch (const CLI::ParseError& error) {
    return UsageError{printable(error.what(), 200), std::nullopt, &command};
  }
  if (end != rest.end()) arguments.insert(arguments.end(), end + 1, rest.end());
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

// `help`, `help serve`, `help token`, `help token list`.
ParseOutcome explained(const Program& program, const Invocation& help) {
  const auto& words = help.arguments();
  if (words.empty()) return HelpRequest{};
  const auto* group = find_group(program, words.front());
  if (words.size() == 1) return HelpRequest{.command = find_command(program, words.front()), .group = group};
  if (group == nullptr) return unexpected(program, &help.command(), words[1]);
  const auto* command = find_command(program, words[0] + " " + words[1]);
  if (command == nullptr) return unknown_in_group(program, *group, words[1]);
  return HelpRequest{.command = command};
}

ParseOutcome parse_in_group(const Program& program, const Group& group, std::span<const std::string> rest) {
  if (rest.empty()) return NothingAsked{&group};
  const auto* command = find_command(program, group.name + " " + rest.front());
  if (asks_for(rest, help_option())) return HelpRequest{.command = command, .group = &group};
  if (command == nullptr) return unknown_in_group(program, group, rest.front());
  return parse_command(program, *command, rest.subspan(1));
}

}  // namespace

std::span<const std::optional<std::string>> Invocation::given(std::string_view option) const {
  const auto found = options_.find(option);
  return found == options_.end() ? std::span<const std::optional<std::string>>() : found->second;
}

std::optional<std::string> Invocation::value(std::string_view option) const {
  const auto all = given(option);
  return all.empty() ? std::nullopt : all.back();
}

std::vector<std::string> Invocation::values(std::string_view option) const {
  std::vector<std::string> texts;
  for (const auto& value : given(option)) {
    if (value) texts.push_back(*value);
  }
  return texts;
}

ParseOutcome parse(const Program& program, std::span<const std::string> arguments) {
  if (arguments.empty()) return NothingAsked{};
  if (arguments.size() > kMostArguments) return UsageError{fmt::format("more than {} arguments", kMostArguments), std::nullopt, nullptr};
  if (const auto* group = find_group(program, arguments.front())) return parse_in_group(program, *group, arguments.subspan(1));
  const Command* command = find_command(program, arguments.front());
  if (asks_for(arguments, help_option())) return HelpRequest{.command = command};
  if (command == nullptr) {
    if (asks_for(arguments.first(1), program.options.front())) return VersionRequest{};
    return unexpected(program, nullptr, arguments.front());
  }
  auto outcome = parse_command(program, *command, arguments.subspan(1));
  const auto* invocation = std::get_if<Invocation>(&outcome);
  if (invocation == nullptr) return outcome;
  if (command->name == "version") return VersionRequest{};
  if (command->name == "help") return explained(program, *invocation);
  return outcome;
}

}  // namespace vmcpauth::cli
