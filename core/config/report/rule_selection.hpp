// Which rules a run is about: `--select VMA6,VMA402 --ignore VMA7`. Used by validate, ignore comments and the baseline.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/base/error.hpp"
#include "core/config/rules_table.hpp"

namespace vmcpauth::config {

class RuleSelection {
 public:
  // Everything.
  RuleSelection() = default;
  // Each text is a list of identifiers or their beginnings, separated by commas: "VMA402,VMA6". InvalidInput names one that
  // no rule begins with.
  [[nodiscard]] static Result<RuleSelection> parse(std::span<const std::string> select, std::span<const std::string> ignore);

  // `ignore` wins over `select`. What keeps a file from being read (VMA1xx) is reported unless it is ignored by name.
  [[nodiscard]] bool includes(Rule rule) const;

 private:
  std::vector<std::string> select_;  // digits; empty: all
  std::vector<std::string> ignore_;
};

// The identifier nearest to a mistyped one, or nothing.
[[nodiscard]] std::string nearest_rule(std::string_view text);

}  // namespace vmcpauth::config
