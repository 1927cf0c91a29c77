#include "core/mcp/uri_template.hpp"

#include <cstddef>
#include <vector>

namespace vmcpauth::mcp {
namespace {

constexpr std::size_t kMaxBytes = 2'048;
constexpr std::size_t kMaxExpressions = 32;

struct Part {
  std::string_view literal;  // "" for an expression
  char op = 0;               // of an expression; 0 = simple
};

bool split(std::string_view pattern, std::vector<Part>& out) {
  std::size_t expressions = 0;
  while (!pattern.empty()) {
    const auto open = pattern.find('{');
    const auto literal = pattern.substr(0, open);
    if (literal.find('}') != std::string_view::npos) return false;
    if (!literal.empty()) out.push_back({.literal = literal});
    if (open == std::string_view::npos) return true;
    const auto close = pattern.find('}', open);
    if (close == std::string_view::npos || close == open + 1 || ++expressions > kMaxExpressions) return false;
    const char first = pattern[open + 1];
    constexpr std::string_view kOperators = "+#./;?&";
    out.push_back({.literal = {}, .op = kOperators.find(first) == std::string_view::npos ? '\0' : first});
    pattern.remove_prefix(close + 1);
  }
  return true;
}

// What an expansion may contain: reserved characters only where the operator lets them through (RFC 6570 §3.2).
bool may_contain(char op, char c) {
  switch (op) {
    case '+':
    case '#': return true;
    case '/': return c != '?' && c != '#';
    case '?':
    case '&': return c != '#';
    default: return c != '/' && c != '?' && c != '#';
  }
}

}  // namespace

bool matches_uri_template(std::string_view pattern, std::string_view uri) {
  if (pattern.size() > kMaxBytes || uri.size() > kMaxBytes) return false;
  std::vector<Part> parts;
  if (!split(pattern, parts)) return false;
  // reached[i]: the parts so far can have made the first i bytes.
  std::vector<bool> reached(uri.size() + 1, false);
  reached[0] = true;
  for (const auto& part : parts) {
    std::vector<bool> next(uri.size() + 1, false);
    for (std::size_t i = 0; i <= uri.size(); ++i) {
      if (!reached[i]) continue;
      if (!part.literal.empty()) {
        if (uri.substr(i).starts_with(part.literal)) next[i + part.literal.size()] = true;
        continue;
      }
      if (part.op != 0) next[i] = true;
      for (std::size_t end = i; end < uri.size() && may_contain(part.op, uri[end]) && !next[end + 1]; ++end) next[end + 1] = true;
    }
    reached.swap(next);
  }
  return reached[uri.size()];
}

}  // namespace vmcpauth::mcp
