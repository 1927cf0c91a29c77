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
  [[nodiscard]] const std::vector<std::string>& arguments() const noexcept { return arguments_; }

  void add_option(const std::string& name, std::optional<std::string> value) { options_[name] = std::move(value); }
  void add_argument(std::string text) { arguments_.push_back(std::move(text)); }

 private:
  const Command* command_;
  std::map<std::string, std::optional<std::string>, std::less<>> options_;
  std::vector<std::string> arguments_;
};

struct HelpRequest {
  const Command* command = nullptr;  // nullptr: of the program
};
struct VersionRequest {};
struct NothingAsked {};  // no arguments at all
struct UsageError {
  std::string message;              // one clause; names what was wrong
  std::optional<std::string> hint;  // what to do instead
  const Command* command = nullptr;
};

using ParseOutcome = std::variant<Invocation, HelpRequest, VersionRequest, NothingAsked, UsageError>;

// `arguments` without the program's own name. --help wins over any mistake beside it.
[[nodiscard]] ParseOutcome parse(const Program& program, std::span<const std::string> arguments);

}  // namespace vmcpauth::cli
