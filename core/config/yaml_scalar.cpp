#include "core/config/yaml_scalar.hpp"
#include "core/base/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>

namespace vmcpauth::config {
namespace {

constexpr std::array<std::string_view, 11> kTrue{"y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"};
constexpr std::array<std::string_view, 11> kFalse{"n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"};
constexpr std::array<std::string_view, 5> kNull{"", "~", "null", "Null", "NULL"};
constexpr std::array<std::string_view, 12> kSpecialFloats{".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF"};

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& set, std::string_view text) {
  return std::find(set.begin(), set.end(), text) != set.end();
}

struct Digits {
  std::string_view text;
  int base = 10;
};

// Go's base 0: 0x, 0o, 0b, and a leading 0 for octal.
Digits split_base(std::string_view text) {
  if (text.size() > 1 && text[0] == '0') {
    const char letter = text[1];
    if (letter == 'x' || letter == 'X') return {text.substr(2), 16};
    if (letter == 'o' || letter == 'O') return {text.substr(2), 8};
    if (letter == 'b' || letter == 'B') return {text.substr(2), 2};
    return {text.substr(1), 8};
  }
  return {text, 10};
}

enum class Parsed : std::uint8_t { No, Yes, OutOfRange };

Parsed parse_integer(std::string_view text, std::int64_t& out) {
  bool negative = false;
  if (text.starts_with('-') || text.starts_with('+')) {
    negative = text.front() == '-';
    text.remove_prefix(1);
  }
  const auto [digits, base] = split_base(text);
  if (digits.empty() || !std::isalnum(static_cast<unsigned char>(digits.front()))) return Parsed::No;
  const std::string signed_digits = (negative ? "-" : "") + std::string(digits);
  const auto* end = signed_digits.data() + signed_digits.size();
  const auto [stop, error] = std::from_chars(signed_digits.data(), end, out, base);
  if (stop != end) return Parsed::No;
  return error == std::errc::result_out_of_range ? Parsed::OutOfRange : error == std::errc{} ? Parsed::Yes : Parsed::No;
}

// ^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$
bool is_float(std::string_view text) {
  const auto digits = [&] {
    std::size_t n = 0;
    for (; !text.empty() && is_digit(text.front()); text.remove_prefix(1)) ++n;
    return n;
  };
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  const auto whole = digits();
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    if (digits() == 0 && whole == 0) return false;
  } else if (whole == 0) {
    return false;
  }
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
    if (digits() == 0) return false;
  }
  return text.empty();
}

// Dates stay strings, as in Kubernetes; what looks like one must not be taken for a number.
bool resolve_number(std::string_view text, Node& node) {
  if (text.empty() || !(is_digit(text.front()) || text.front() == '-' || text.front() == '+' || text.front() == '.')) return false;
  if (contains(kSpecialFloats, text)) {
    node.kind = NodeKind::Float;
    return true;
  }
  std::string plain(text);
  if (text.front() != '.') std::erase(plain, '_');
  switch (parse_integer(plain, node.integer)) {
    case Parsed::Yes: node.kind = NodeKind::Integer; return true;
    case Parsed::OutOfRange: node.kind = NodeKind::Float; return true;
    case Parsed::No: break;
  }
  if (!is_float(plain)) return false;
  node.kind = NodeKind::Float;
  return true;
}

}  // namespace

void resolve_plain_scalar(std::string_view text, Node& node) {
  node.text = text;
  if (contains(kNull, text)) {
    node.kind = NodeKind::Null;
  } else if (contains(kTrue, text) || contains(kFalse, text)) {
    node.kind = NodeKind::Bool;
    node.boolean = contains(kTrue, text);
  } else if (!resolve_number(text, node)) {
    node.kind = NodeKind::String;
  }
}

bool resolve_tagged_scalar(std::string_view tag, std::string_view text, Node& node) {
  constexpr std::string_view kPrefix = "tag:yaml.org,2002:";
  if (!tag.starts_with(kPrefix)) return false;
  tag.remove_prefix(kPrefix.size());
  node.text = text;
  if (tag == "str") {
    node.kind = NodeKind::String;
    return true;
  }
  resolve_plain_scalar(text, node);
  if (tag == "int") return node.kind == NodeKind::Integer;
  if (tag == "bool") return node.kind == NodeKind::Bool;
  if (tag == "null") return node.kind == NodeKind::Null;
  if (tag == "float") {
    if (node.kind == NodeKind::Integer) node.kind = NodeKind::Float;
    return node.kind == NodeKind::Float;
  }
  return false;
}

}  // namespace vmcpauth::config
