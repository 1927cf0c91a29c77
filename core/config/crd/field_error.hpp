// One objection of the API server to one field, with the server's own wording (k8s.io/apimachinery, util/validation/field):
// "spec.type: Unsupported value: "x": supported values: …". Collected by the checks of this room, reported as findings.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/diagnostic.hpp"
#include "core/config/document.hpp"

namespace vmcpauth::config::crd {

enum class Problem : std::uint8_t {
  UnknownField,
  Type,
  Required,
  Unsupported,
  Invalid,
  TooLong,
  TooMany,
  Duplicate,
  Forbidden,
  RuleFailed,
  NotEvaluated,
  Skipped
};

// A value's path as the server writes it, and its place in the file.
struct Place {
  std::string path;
  Span at;
};

[[nodiscard]] std::string child_path(const std::string& parent, std::string_view name);
[[nodiscard]] std::string index_path(const std::string& parent, std::size_t index);
[[nodiscard]] std::string key_path(const std::string& parent, std::string_view key);

struct FieldError {
  Problem problem = Problem::Invalid;
  std::string path;  // empty: "<nil>"
  Span at;
  std::string value;            // as it is shown; empty: omitted
  std::string detail;           // empty: none
  Span rule_at;                 // the rule in the CRD that was broken
  std::string hint = {};        // what to do
  std::string_view words = {};  // instead of the problem's own: a rule's `reason` chooses them
};
using FieldErrors = std::vector<FieldError>;

// The value as the server shows it; one whose field names a secret is not shown.
[[nodiscard]] std::string shown_value(const Node& node, std::string_view path);

// While the server has one of these it runs no rules (strategy.go, hasBlockingErr).
[[nodiscard]] bool blocks_rules(const FieldErrors& errors) noexcept;

[[nodiscard]] std::string message_of(const FieldError& error);
void report(const FieldErrors& errors, Diagnostics& diagnostics);

}  // namespace vmcpauth::config::crd
