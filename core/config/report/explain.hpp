// A rule for people: `vmcpauth explain VMA402`, the list of all rules, and docs/reference/rules.md, from the catalogue.
#pragma once

#include <cstddef>
#include <string>

#include "core/config/rules_table.hpp"

namespace vmcpauth::config {

struct ExplainOptions {
  bool colour = false;
  std::size_t width = 80;  // columns that text is folded at
};

// What it means, why it matters, where that is written, and an example: lines with `-` are wrong, with `+` right.
[[nodiscard]] std::string explain_rule(const RuleInfo& rule, const ExplainOptions& options);
// One line a rule, by hundred.
[[nodiscard]] std::string list_rules(const ExplainOptions& options);
// The reference page of all rules.
[[nodiscard]] std::string rules_page();

}  // namespace vmcpauth::config
