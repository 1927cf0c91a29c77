#include "core/config/crd/structure.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include <fmt/format.h>

#include "core/config/cel/code_points.hpp"
#include "core/config/crd/formats.hpp"
#include "core/config/crd/object.hpp"

namespace vmcpauth::config::crd {
namespace {

// The errors of one schema, and how much of it held: a combination reports its nearest miss.
struct Outcome {
  FieldErrors errors;
  int matches = 0;

  void take(Outcome other) {
    matches += other.matches;
    errors.insert(errors.end(), std::make_move_iterator(other.errors.begin()), std::make_move_iterator(other.errors.end()));
  }
};

std::string format_of(const Schema& schema) {
  const bool text = schema.type.empty() || schema.type == "string";
  if (text) return is_checked_format(schema.format) ? schema.format : "";
  const bool integer = schema.type == "integer" && (schema.format == "int32" || schema.format == "int64");
  const bool number = schema.type == "number" && (schema.format == "float" || schema.format == "double");
  return integer || number ? schema.format : "";
}

class Structure {
 public:
  Outcome check(const Node& node, const Schema& schema, const Place& where) {
    Outcome out;
    check_type(node, schema, where, out);
    if (node.kind == NodeKind::Null) {
      check_enum(node, schema, where, out);
      return out;
    }
    check_combinations(node, schema, where, out);
    if (node.kind == NodeKind::String) check_text(node, schema, where, out);
    if (node.kind == NodeKind::Integer || node.kind == NodeKind::Float) check_number(node, schema, where, out);
    if (node.kind == NodeKind::Sequence) check_list(node, schema, where, out);
    check_enum(node, schema, where, out);
    if (node.kind == NodeKind::Mapping) check_mapping(node, schema, where, out);
    ++out.matches;
    return out;
  }

 private:
  static void add(Outcome& out, Problem problem, const Place& where, std::string value, std::string detail) {
    out.errors.push_back({.problem = problem, .path = where.path, .at = where.at, .value = std::move(value), .detail = std::move(detail), .rule_at = {}});
  }
  static void invalid(Outcome& out, const Node& node, const Place& where, const std::string& what) {
    add(out, Problem::Invalid, where, shown_value(node, where.path), where.path + " in body " + what);
  }
  // Errors that the server gives no path, because it lost it.
  static void pathless(Outcome& out, const Place& where, std::string detail) {
    out.errors.push_back({.problem = Problem::Invalid, .path = "", .at = where.at, .value = "\"\"", .detail = std::move(detail), .rule_at = {}});
  }
  static void wrong_type(Outcome& out, const Place& where, std::string_view wanted, std::string_view actual) {
    add(out, Problem::Type, where, fmt::format("\"{}\"", actual), fmt::format("{} in body must be of type {}: \"{}\"", where.path, wanted, actual));
  }

  static void check_type(const Node& node, const Schema& schema, const Place& where, Outcome& out) {
    const std::string wanted = schema.int_or_string ? "integer,string" : schema.type;
    const auto format = format_of(schema);
    if (wanted.empty() && format.empty()) return;
    ++out.matches;
    const auto actual = json_type(node);
    if (node.kind == NodeKind::Null) {
      if (!wanted.empty() && !schema.nullable) wrong_type(out, where, wanted, actual);
      return;
    }
    const bool fits =
        schema.int_or_string ? actual == "integer" || actual == "string" : actual == schema.type || (schema.type == "number" && actual == "integer");
    const bool text_or_list = node.kind == NodeKind::String || node.kind == NodeKind::Sequence;
    if (fits || wanted.empty()) return;
    const bool numeric = schema.type == "integer" || schema.type == "number" || schema.int_or_string;
    // With a format the server names that instead, and takes a list for a formatted string.
    if (!format.empty() && text_or_list && !numeric) return;
    if (!format.empty() && !text_or_list)
      return wrong_type(out, where, format, node.kind == NodeKind::Float ? "float64" : node.kind == NodeKind::Integer ? "int64" : "");
    wrong_type(out, where, wanted, actual);
  }

  static void check_enum(const Node& node, const Schema& schema, const Place& where, Outcome& out) {
    ++out.matches;
    const auto& allowed = schema.allowed;
    const bool listed = node.kind != NodeKind::Null && std::any_of(allowed.begin(), allowed.end(), [&](const Node& value) { return same_value(value, node); });
    if (allowed.empty() || listed) return;
    std::string names;
    for (const auto& value : allowed) {
      names += (names.empty() ? "" : ", ") + fmt::format("\"{}\"", value.kind == NodeKind::String ? value.text : to_json_text(value));
    }
    add(out, Problem::Unsupported, where, shown_value(node, where.path), "supported values: " + names);
  }

  static void check_text(const Node& node, const Schema& schema, const Place& where, Outcome& out) {
    out.matches += 2;
    const auto length = static_cast<std::int64_t>(cel::code_points(node.text).size());
    if (schema.max_length && length > *schema.max_length) {
      add(out, Problem::TooLong, where, "", fmt::format("may not be more than {} byte{}", *schema.max_length, *schema.max_length == 1 ? "" : "s"));
    } else if (schema.min_length && length < *schema.min_length) {
      invalid(out, node, where, fmt::format("should be at least {} chars long", *schema.min_length));
    } else if (schema.pattern && !schema.pattern->found_in(node.text)) {
      invalid(out, node, where, fmt::format("should match '{}'", schema.pattern->text()));
    }
    const auto format = format_of(schema);
    if (format.empty() || has_format(format, node.text)) return;
    const auto shown = shown_value(node, where.path);
    add(out, Problem::Type, where, shown, fmt::format("{} in body must be of type {}: {}", where.path, format, shown));
  }

  static void check_number(const Node& node, const Schema& schema, const Place& where, Outcome& out) {
    out.matches += 2;
    const double value = *as_number(node);
    const bool fits = schema.format != "int32" || schema.type != "integer" ||
                      (value >= std::numeric_limits<std::int32_t>::min() && value <= std::numeric_limits<std::int32_t>::max());
    if (!fits) pathless(out, where, fmt::format("Checked value must be of type integer with format int32 in {}", where.path));
    if (schema.multiple_of) {
      const double ratio = value / *schema.multiple_of;
      if (std::abs(ratio - std::round(ratio)) > 1e-9 * std::max(1.0, std::abs(ratio))) {
        invalid(out, node, where, "should be a multiple of " + go_number(*schema.multiple_of));
      }
    }
    if (schema.minimum && (value < schema.minimum->value || (schema.minimum->exclusive && value == schema.minimum->value))) {
      invalid(out, node, where, fmt::format("should be greater than {}{}", schema.minimum->exclusive ? "" : "or equal to ", schema.minimum->text));
    }
    if (schema.maximum && (value > schema.maximum->value || (schema.maximum->exclusive && value == schema.maximum->value))) {
      invalid(out, node, where, fmt::format("should be less than {}{}", schema.maximum->exclusive ? "" : "or equal to ", schema.maximum->text));
    }
  }

  void check_list(const Node& node, const Schema& schema, const Place& where, Outcome& out) {
    ++out.matches;
    if (schema.items) {
      for (std::size_t i = 0; i < node.items.size(); ++i) {
        const auto& item = node.items[i];
        out.take(check(item, *schema.items, {index_path(where.path, i), place(item)}));
      }
    }
    check_count(static_cast<std::int64_t>(node.items.size()), schema.min_items, schema.max_items, "items", where, out);
  }

  static void check_count(std::int64_t count, std::optional<std::int64_t> min, std::optional<std::int64_t> max, std::string_view what, const Place& where,
                          Outcome& out) {
    if (min && count < *min) {
      add(out, Problem::Invalid, where, std::to_string(count), fmt::format("{} in body should have at least {} {}", where.path, *min, what));
    }
    if (max && count > *max) add(out, Problem::TooMany, where, std::to_string(count), fmt::format("must have at most {} item{}", *max, *max == 1 ? "" : "s"));
  }

  void check_mapping(const Node& node, const Schema& schema, const Place& where, Outcome& out) {
    ++out.matches;
    check_count(static_cast<std::int64_t>(node.members.size()), schema.min_properties, schema.max_properties, "properties", where, out);
    for (const auto& member : node.members) {
      const auto* known = schema.member(member.key);
      if (known != nullptr) out.take(check(member.value, *known, {child_path(where.path, member.key), place(member)}));
    }
    for (const auto& name : schema.required) {
      if (node.find(name) == nullptr) add(out, Problem::Required, {child_path(where.path, name), where.at}, "", "");
    }
  }

  void check_combinations(const Node& node, const Schema& schema, const Place& where, Outcome& out) {
    check_any_of(node, schema, where, out);
    check_one_of(node, schema, where, out);
    std::size_t held = 0;
    for (const auto& part : schema.all_of) {
      auto outcome = check(node, *part, where);
      if (outcome.errors.empty()) ++held;
      out.take(std::move(outcome));
    }
    if (held != schema.all_of.size()) {
      pathless(out, where, fmt::format("\"{}\" must validate all the schemas (allOf){}", where.path, held == 0 ? ". None validated" : ""));
    }
    if (schema.negated && check(node, *schema.negated, where).errors.empty()) {
      pathless(out, where, fmt::format("\"{}\" must not validate the schema (not)", where.path));
    }
    ++out.matches;
  }

  void check_any_of(const Node& node, const Schema& schema, const Place& where, Outcome& out) {
    if (schema.any_of.empty()) return;
    Outcome nearest;
    for (const auto& part : schema.any_of) {
      auto outcome = check(node, *part, where);
      if (outcome.errors.empty()) return out.take(std::move(outcome));
      if (nearest.errors.empty() || outcome.matches > nearest.matches) nearest = std::move(outcome);
    }
    pathless(out, where, fmt::format("\"{}\" must validate at least one schema (anyOf)", where.path));
    out.take(std::move(nearest));
  }

  void check_one_of(const Node& node, const Schema& schema, const Place& where, Outcome& out) {
    if (schema.one_of.empty()) return;
    Outcome nearest;
    std::size_t held = 0;
    for (const auto& part : schema.one_of) {
      auto outcome = check(node, *part, where);
      if (outcome.errors.empty()) ++held;
      if (nearest.errors.empty() || outcome.matches > nearest.matches) nearest = std::move(outcome);
    }
    if (held == 1) return;
    const auto found = held == 0 ? std::string("Found none valid") : fmt::format("Found {} valid alternatives", held);
    pathless(out, where, fmt::format("\"{}\" must validate one and only one schema (oneOf). {}", where.path, found));
    if (held == 0) out.take(std::move(nearest));
  }
};

}  // namespace

void check_structure(const Node& object, const Schema& schema, Span at, FieldErrors& errors) {
  auto outcome = Structure().check(object, schema, {"", at});
  errors.insert(errors.end(), std::make_move_iterator(outcome.errors.begin()), std::make_move_iterator(outcome.errors.end()));
}

}  // namespace vmcpauth::config::crd
