#include "core/config/crd/object.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <map>

#include "core/base/json.hpp"

namespace vmcpauth::config::crd {

Span place(const Member& member) noexcept {
  return member.value.is_scalar() && member.value.kind != NodeKind::Null && member.value.at.valid() ? member.value.at : member.key_at;
}

Span place(const Node& item) noexcept { return item.at; }

std::optional<double> as_number(const Node& node) {
  if (node.kind == NodeKind::Integer) return static_cast<double>(node.integer);
  if (node.kind != NodeKind::Float) return std::nullopt;
  std::string digits;
  std::copy_if(node.text.begin(), node.text.end(), std::back_inserter(digits), [](char c) { return c != '_'; });
  const bool negative = digits.starts_with('-');
  const auto lower = [&](std::string_view word) {
    return std::search(digits.begin(), digits.end(), word.begin(), word.end(), [](char a, char b) { return (a | 0x20) == b; }) != digits.end();
  };
  if (lower("inf")) return negative ? -HUGE_VAL : HUGE_VAL;
  if (lower("nan")) return std::nan("");
  if (digits.starts_with('+')) digits.erase(0, 1);
  double value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (end == digits.data() || (error != std::errc{} && error != std::errc::result_out_of_range)) return std::nullopt;
  return error == std::errc::result_out_of_range ? (negative ? -HUGE_VAL : HUGE_VAL) : value;
}

std::string go_number(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number < 0 ? "-Inf" : "+Inf";
  std::array<char, 64> buffer{};
  const double size = std::abs(number);
  // Go's %v is %g with the shortest digits, and an exponent from 1e+21 on.
  const bool exponent = size != 0 && (size < 1e-4 || size >= 1e21);
  const auto [end, error] =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, exponent ? std::chars_format::scientific : std::chars_format::fixed);
  return {buffer.data(), end};
}

Node as_json(const Node& node) {
  Node out = node;
  if (out.kind == NodeKind::Float) {
    const auto number = as_number(out);
    constexpr double kExact = 9007199254740992.0;  // 2^53: beyond it a double is no longer every integer
    if (number && std::abs(*number) <= kExact && std::trunc(*number) == *number) {
      out.kind = NodeKind::Integer;
      out.integer = static_cast<std::int64_t>(*number);
    }
  }
  for (auto& item : out.items) item = as_json(item);
  for (auto& member : out.members) member.value = as_json(member.value);
  return out;
}

std::string to_json_text(const Node& node) {
  switch (node.kind) {
    case NodeKind::Null: return "null";
    case NodeKind::Bool: return node.boolean ? "true" : "false";
    case NodeKind::Integer: return std::to_string(node.integer);
    case NodeKind::Float: {
      const auto number = as_number(node);
      return number ? go_number(*number) : node.text;
    }
    case NodeKind::String: return dump_json(Json(node.text));
    case NodeKind::Sequence: {
      std::string out;
      for (const auto& item : node.items) out += (out.empty() ? "" : ",") + to_json_text(item);
      return "[" + out + "]";
    }
    case NodeKind::Mapping: {
      std::map<std::string_view, const Node*> sorted;
      for (const auto& member : node.members) sorted.emplace(member.key, &member.value);
      std::string out;
      for (const auto& [key, value] : sorted) out += (out.empty() ? "" : ",") + dump_json(Json(std::string(key))) + ":" + to_json_text(*value);
      return "{" + out + "}";
    }
  }
  return {};
}

std::string_view json_type(const Node& node) noexcept {
  switch (node.kind) {
    case NodeKind::Null: return "null";
    case NodeKind::Bool: return "boolean";
    case NodeKind::Integer: return "integer";
    case NodeKind::Float: return "number";
    case NodeKind::String: return "string";
    case NodeKind::Sequence: return "array";
    case NodeKind::Mapping: return "object";
  }
  return "null";
}

bool same_value(const Node& a, const Node& b) {
  const auto x = as_number(a);
  const auto y = as_number(b);
  if (x && y) return a.kind == NodeKind::Integer && b.kind == NodeKind::Integer ? a.integer == b.integer : *x == *y;
  if (a.kind != b.kind) return false;
  switch (a.kind) {
    case NodeKind::Null: return true;
    case NodeKind::Bool: return a.boolean == b.boolean;
    case NodeKind::Integer:
    case NodeKind::Float: return false;
    case NodeKind::String: return a.text == b.text;
    case NodeKind::Sequence: return std::equal(a.items.begin(), a.items.end(), b.items.begin(), b.items.end(), same_value);
    case NodeKind::Mapping:
      return a.members.size() == b.members.size() && std::all_of(a.members.begin(), a.members.end(), [&](const Member& member) {
               const auto* other = b.find(member.key);
               return other != nullptr && same_value(member.value, other->value);
             });
  }
  return false;
}

}  // namespace vmcpauth::config::crd
