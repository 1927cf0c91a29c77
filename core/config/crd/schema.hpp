// A structural schema (Kubernetes, CustomResourceDefinition v1: spec.versions[].schema.openAPIV3Schema): what one value of
// a custom resource may be. Read once from a CRD file, then immutable; walked by shaping, structure checks and rules.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/config/cel/program.hpp"
#include "core/config/crd/pattern.hpp"
#include "core/config/document.hpp"

namespace vmcpauth::config::crd {

struct Schema;
using SchemaPtr = std::unique_ptr<const Schema>;

// One entry of x-kubernetes-validations, compiled.
struct ValidationRule {
  std::string rule, message, message_expression, field_path, reason;
  bool optional_old_self = false;
  bool transition = false;  // speaks of oldSelf
  Span at;                  // the expression in the CRD file
  std::optional<cel::Program> program, message_program;
  std::string not_evaluated;  // why there is no program; empty: there is one, or the rule is empty
};

struct Bound {
  double value = 0;
  std::string text;  // as Go prints it
  bool exclusive = false;
};

struct Schema {
  std::string type;  // "object", "array", "string", "integer", "number", "boolean"; empty: any
  std::string format;
  bool nullable = false;
  bool int_or_string = false;
  bool preserve_unknown_fields = false;
  bool embedded_resource = false;
  std::string list_type, map_type;
  std::vector<std::string> list_map_keys;

  std::optional<Node> default_value;
  std::vector<Node> allowed;  // enum
  std::optional<Pattern> pattern;
  std::optional<Bound> minimum, maximum;
  std::optional<double> multiple_of;
  std::optional<std::int64_t> min_length, max_length, min_items, max_items, min_properties, max_properties;
  std::vector<std::string> required;

  std::map<std::string, SchemaPtr, std::less<>> properties;
  SchemaPtr items, additional_properties;
  std::vector<SchemaPtr> all_of, any_of, one_of;
  SchemaPtr negated;  // not
  std::vector<ValidationRule> rules;

  // The schema of a member: its property's, else that of additionalProperties, else null.
  [[nodiscard]] const Schema* member(std::string_view name) const noexcept;
};

// Reads a schema with everything below it. What no API server accepts ($ref, definitions, patternProperties, bad patterns …)
// is reported as CrdUnusable; an expression beyond the subset becomes `not_evaluated`.
[[nodiscard]] SchemaPtr read_schema(const Node& node, Diagnostics& diagnostics);

}  // namespace vmcpauth::config::crd
