// Command line → what was asked for, checked against the option table; the only user of CLI11. Called by app.cpp.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cli/options.hpp"

namespace vmcpauth::cli {

// A command with the values it was given. Every name asked for must be in the table: a wrong one is a bug.
class Invocation {
 public:
  explicit Invocation(const Command& command) : command_(&command) {}

  [[nodiscard]] const Command& command() const noexcept { return *command_; }
  // The option or switch was given.
  [[nodiscard]] bool has(std::string_view option) const { return options_.contains(option); }
  // Its value, when it was given with one; the last one wins.
  [[nodiscard]] std::optional<std::string> value(std::string_view option) const;
  // As often as it was given, with or without a value.
  [[nodiscard]] std::span<const std::optional<std::string>> given(std::string_view option) const;
  // Every value of a repeatable option, in order.
  [[nodiscard]] std::vector<std::string> values(std::string_view option) const;
  [[nodiscard]] const std::vector<std::string>& arguments() const noexcept { return arguments_; }

  void add_option(const std::string& name, std::optional<std::string> value) { options_[name].push_back(std::move(value)); }
  void add_argument(std::string text) { arguments_.push_back(std::move(text)); }

 private:
  const Command* command_;
  std::map<std::string, std::vector<std::optional<std::string>>, std::less<>> options_;  // never an empty list
  std::vector<std::string> arguments_;
};

struct HelpRequest {
  const Command* command = nullptr;
  const Group* group = nullptr;  // neither: of the program
};
struct VersionRequest {};
// No arguments at all, or a group without its second word.
struct NothingAsked {
  const Group* group = nullptr;
};
struct UsageError {
  std::string message;              // one clause; names what was wrong
  std::optional<std::string> hint;  // what to do instead
  const Command* command = nullptr;
  const Group* group = nullptr;  // when only the group is known
};

using ParseOutcome = std::variant<Invocation, HelpRequest, VersionRequest, NothingAsked, UsageError>;

// `arguments` without the program's own name. --help wins over any mistake beside it.
[[nodiscard]] ParseOutcome parse(const Program& program, std::span<const std::string> arguments);

}  // namespace vmcpauth::cli
