#include "core/config/crd/field_error.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>

#include "core/base/encoding.hpp"
#include "core/config/crd/object.hpp"

namespace vmcpauth::config::crd {
namespace {

struct ProblemInfo {
  std::string_view words;
  Rule rule;
};

ProblemInfo info_of(Problem problem) {
  switch (problem) {
    case Problem::UnknownField: return {"", Rule::CrdUnknownField};
    case Problem::Type: return {"Invalid value", Rule::CrdType};
    case Problem::Required: return {"Required value", Rule::CrdRequired};
    case Problem::Unsupported: return {"Unsupported value", Rule::CrdUnsupported};
    case Problem::Invalid: return {"Invalid value", Rule::CrdInvalid};
    case Problem::TooLong: return {"Too long", Rule::CrdTooMuch};
    case Problem::TooMany: return {"Too many", Rule::CrdTooMuch};
    case Problem::Duplicate: return {"Duplicate value", Rule::CrdDuplicate};
    case Problem::Forbidden: return {"Forbidden", Rule::CrdInvalid};
    case Problem::RuleFailed: return {"Invalid value", Rule::CrdRuleFailed};
    case Problem::NotEvaluated: return {"", Rule::CrdNotEvaluated};
    case Problem::Skipped: return {"Invalid value", Rule::CrdRulesSkipped};
  }
  return {"Invalid value", Rule::CrdInvalid};
}

// The last name of a path: "headerValue" of "spec.a[0].headerValue".
std::string last_name(std::string_view path) {
  while (path.ends_with(']')) path = path.substr(0, std::min(path.rfind('['), path.size() - 1));
  const auto dot = path.rfind('.');
  std::string name(dot == std::string_view::npos ? path : path.substr(dot + 1));
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return name;
}

bool names_secret(std::string_view path) {
  static constexpr std::array<std::string_view, 8> kEndings{"secret", "password", "token", "headervalue", "apikey", "credentials", "privatekey", "assertion"};
  const auto name = last_name(path);
  const bool headers = path.find("eaders[") != std::string_view::npos || path.find("eaders.") != std::string_view::npos;
  return headers || std::any_of(kEndings.begin(), kEndings.end(), [&](auto ending) { return name.ends_with(ending); });
}

}  // namespace

std::string child_path(const std::string& parent, std::string_view name) { return parent.empty() ? std::string(name) : fmt::format("{}.{}", parent, name); }
std::string index_path(const std::string& parent, std::size_t index) { return fmt::format("{}[{}]", parent, index); }
std::string key_path(const std::string& parent, std::string_view key) { return fmt::format("{}[{}]", parent, key); }

std::string shown_value(const Node& node, std::string_view path) {
  if (node.kind == NodeKind::String) return names_secret(path) ? "\"[redacted]\"" : quoted(node.text);
  if (!node.is_scalar()) return names_secret(path) ? "[redacted]" : printable(to_json_text(node), 200);
  return names_secret(path) ? "[redacted]" : to_json_text(node);
}

bool blocks_rules(const FieldErrors& errors) noexcept {
  return std::any_of(errors.begin(), errors.end(), [](const FieldError& error) {
    return error.problem == Problem::Unsupported || error.problem == Problem::Required || error.problem == Problem::TooLong ||
           error.problem == Problem::TooMany || error.problem == Problem::Type;
  });
}

std::string message_of(const FieldError& error) {
  const auto path = error.path.empty() ? "<nil>" : printable(error.path, 300);
  if (error.problem == Problem::UnknownField) return fmt::format("unknown field \"{}\"", path);
  if (error.problem == Problem::NotEvaluated) return fmt::format("{}: {}", path, error.detail);
  std::string out = fmt::format("{}: {}", path, error.words.empty() ? info_of(error.problem).words : error.words);
  if (!error.value.empty()) out += ": " + error.value;
  if (!error.detail.empty()) out += ": " + error.detail;
  return out;
}

void report(const FieldErrors& errors, Diagnostics& diagnostics) {
  for (const auto& error : errors) {
    diagnostics.report(info_of(error.problem).rule, error.at, message_of(error)).with_label(error.rule_at, "the rule is here").with_hint(error.hint);
  }
}

}  // namespace vmcpauth::config::crd
