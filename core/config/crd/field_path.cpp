#include "core/config/crd/field_path.hpp"

#include <optional>
#include <string>
#include <vector>

#include "core/config/crd/object.hpp"

namespace vmcpauth::config::crd {
namespace {

std::optional<char> unescaped(char c) {
  constexpr std::string_view kNames = "abfnrtv'\\";
  constexpr std::string_view kValues = "\a\b\f\n\r\t\v'\\";
  const auto at = kNames.find(c);
  if (at == std::string_view::npos) return std::nullopt;
  return kValues[at];
}

// ['name'] at the start of `text`, which loses it.
std::optional<std::string> take_quoted(std::string_view& text) {
  if (!text.starts_with("['")) return std::nullopt;
  std::string name;
  for (std::size_t i = 2; i + 1 < text.size(); ++i) {
    if (text[i] == '\'') {
      if (text[i + 1] != ']') return std::nullopt;
      text.remove_prefix(i + 2);
      return name;
    }
    if (text[i] != '\\') {
      name += text[i];
      continue;
    }
    const auto c = unescaped(text[++i]);
    if (!c) return std::nullopt;
    name += *c;
  }
  return std::nullopt;
}

std::optional<std::string> take_name(std::string_view& text) {
  if (!text.starts_with('.')) return take_quoted(text);
  const auto end = text.find_first_of(".[", 1);
  std::string name(text.substr(1, end == std::string_view::npos ? end : end - 1));
  text.remove_prefix(end == std::string_view::npos ? text.size() : end);
  if (name.empty()) return std::nullopt;
  return name;
}

}  // namespace

Place follow(const Node& node, const Schema& schema, const Place& where, std::string_view field_path) {
  const Schema* known = &schema;
  const Node* value = &node;
  Place out = where;
  while (!field_path.empty()) {
    const auto name = take_name(field_path);
    if (!name) return where;
    const bool named = !known->properties.empty();
    known = named && !known->properties.contains(*name) ? nullptr : known->member(*name);
    if (known == nullptr) return where;
    out.path = named ? child_path(out.path, *name) : key_path(out.path, *name);
    const auto* member = value == nullptr ? nullptr : value->find(*name);
    if (member != nullptr) out.at = place(*member);
    value = member == nullptr ? nullptr : &member->value;
  }
  return out;
}

}  // namespace vmcpauth::config::crd
