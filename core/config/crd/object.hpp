// Nodes as the API server sees them: YAML becomes JSON, numbers are printed as Go prints them, and every value has one
// place to point at. Used by everything in this room.
#pragma once

#include <optional>
#include <string>

#include "core/config/document.hpp"

namespace vmcpauth::config::crd {

// Where a finding about this member stands: the value, or the key when the value is a collection or nothing.
[[nodiscard]] Span place(const Member& member) noexcept;
[[nodiscard]] Span place(const Node& item) noexcept;

// A copy as it would arrive as JSON: a number without a fraction is an integer (kubectl converts YAML to JSON).
[[nodiscard]] Node as_json(const Node& node);

// The number a Float or Integer node stands for.
[[nodiscard]] std::optional<double> as_number(const Node& node);
// Go's %v of a float64.
[[nodiscard]] std::string go_number(double number);

// Go's encoding/json: compact, keys sorted.
[[nodiscard]] std::string to_json_text(const Node& node);

// "null", "object", "array", "string", "integer", "number", "boolean".
[[nodiscard]] std::string_view json_type(const Node& node) noexcept;

// Deep equality of JSON values; numbers by value.
[[nodiscard]] bool same_value(const Node& a, const Node& b);

}  // namespace vmcpauth::config::crd
