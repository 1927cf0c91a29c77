#include "core/config/crd/rules.hpp"

#include <fmt/format.h>

#include "core/base/encoding.hpp"
#include "core/config/crd/cel_value.hpp"
#include "core/config/crd/field_path.hpp"
#include "core/config/crd/object.hpp"

namespace vmcpauth::config::crd {
namespace {

constexpr std::size_t kMaxMessageBytes = 5 * 1024;

std::string trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n\v\f";
  const auto first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(kSpace) - first + 1));
}

// What stands for a rule in messages: its own message, else its text.
std::string name_of(const ValidationRule& rule) { return trimmed(rule.message.empty() ? rule.rule : rule.message); }

std::string_view words_of(const std::string& reason) {
  if (reason == "FieldValueForbidden") return "Forbidden";
  if (reason == "FieldValueRequired") return "Required value";
  return reason == "FieldValueDuplicate" ? "Duplicate value" : "";
}

class RuleRunner {
 public:
  explicit RuleRunner(FieldErrors& errors) : errors_(errors) {}

  void visit(const Node& node, const Schema& schema, const Place& where, bool resource) {
    if (node.kind == NodeKind::Null) return;
    run(node, schema, where, resource);
    for (const auto& part : schema.all_of) visit(node, *part, where, false);
    if (node.kind == NodeKind::Sequence && schema.items) {
      for (std::size_t i = 0; i < node.items.size(); ++i) visit(node.items[i], *schema.items, {index_path(where.path, i), place(node.items[i])}, false);
    }
    for (const auto& member : node.members) {
      const auto property = schema.properties.find(member.key);
      if (property != schema.properties.end()) {
        visit(member.value, *property->second, {child_path(where.path, member.key), place(member)}, false);
      } else if (schema.additional_properties) {
        visit(member.value, *schema.additional_properties, {key_path(where.path, member.key), place(member)}, false);
      }
    }
  }

 private:
  void run(const Node& node, const Schema& schema, const Place& where, bool resource) {
    if (schema.rules.empty()) return;
    const cel::Variables variables{{"self", resource ? resource_to_cel(node, schema) : to_cel(node, &schema)}};
    for (const auto& rule : schema.rules) {
      // Transition rules compare with an older object, and there is none.
      if (rule.transition && !rule.optional_old_self) continue;
      if (!rule.not_evaluated.empty()) {
        not_evaluated(rule, where, rule.not_evaluated);
      } else if (rule.transition) {
        not_evaluated(rule, where, "optional oldSelf");
      } else if (rule.program) {
        evaluate(rule, variables, node, schema, where);
      }
    }
  }

  void not_evaluated(const ValidationRule& rule, const Place& where, const std::string& why) {
    errors_.push_back({.problem = Problem::NotEvaluated,
                       .path = where.path,
                       .at = where.at,
                       .value = {},
                       .detail = fmt::format("a rule was not evaluated ({}): {}", printable(why), printable(name_of(rule))),
                       .rule_at = rule.at});
  }

  void failed(const ValidationRule& rule, const Schema& schema, const Place& where, const std::string& detail) {
    errors_.push_back({.problem = Problem::RuleFailed,
                       .path = where.path,
                       .at = where.at,
                       .value = fmt::format("\"{}\"", schema.type),
                       .detail = detail,
                       .rule_at = rule.at});
  }

  void evaluate(const ValidationRule& rule, const cel::Variables& variables, const Node& node, const Schema& schema, const Place& where) {
    const auto result = rule.program->evaluate(variables);
    if (!result) return evaluation_error(rule, result.error(), schema, where);
    const auto* truth = result->get_if<bool>();
    if (truth == nullptr) return failed(rule, schema, where, "rule compile error: cel expression must evaluate to a bool");
    if (*truth) return;
    const bool shown = schema.type != "object" && schema.type != "array";
    const auto words = words_of(rule.reason);
    const bool no_value = words == "Forbidden" || words == "Required value";
    const auto place_of_error = rule.field_path.empty() ? where : follow(node, schema, where, rule.field_path);
    errors_.push_back({.problem = Problem::RuleFailed,
                       .path = place_of_error.path,
                       .at = place_of_error.at,
                       .value = shown && !no_value ? shown_value(node, where.path) : "",
                       .detail = words == "Duplicate value" ? "" : message(rule, variables),
                       .rule_at = rule.at,
                       .words = words});
  }

  void evaluation_error(const ValidationRule& rule, const Error& error, const Schema& schema, const Place& where) {
    if (error.code() == ErrorCode::TooLarge) {
      return failed(rule, schema, where,
                    "validation failed due to running out of cost budget, no further validation rules will be run for rule: " + printable(name_of(rule)));
    }
    if (error.message().starts_with("no such overload")) {
      return failed(rule, schema, where,
                    "'no such overload': call arguments did not match a supported operator, function or macro signature for rule: " + printable(name_of(rule)));
    }
    failed(rule, schema, where, fmt::format("{} evaluating rule: {}", printable(error.message()), printable(name_of(rule))));
  }

  static std::string message(const ValidationRule& rule, const cel::Variables& variables) {
    if (rule.message_program) {
      const auto result = rule.message_program->evaluate(variables);
      const auto* text = result ? result->get_if<std::string>() : nullptr;
      const auto words = text == nullptr ? std::string() : trimmed(*text);
      if (!words.empty() && words.size() <= kMaxMessageBytes && words.find('\n') == std::string::npos) return printable(words, kMaxMessageBytes);
    }
    return rule.message.empty() ? "failed rule: " + printable(trimmed(rule.rule), 1000) : printable(trimmed(rule.message), 1000);
  }

  FieldErrors& errors_;
};

}  // namespace

void check_rules(const Node& object, const Schema& schema, Span at, FieldErrors& errors) { RuleRunner(errors).visit(object, schema, {"", at}, true); }

}  // namespace vmcpauth::config::crd
