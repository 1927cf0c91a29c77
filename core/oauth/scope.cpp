#include "core/oauth/scope.hpp"

#include <algorithm>

namespace vmcpauth::oauth {
namespace {

constexpr std::size_t kMaxTokens = 100;
constexpr std::size_t kMaxTokenBytes = 256;

Result<void> add(Scopes& scopes, std::string_view token) {
  if (!is_scope_token(token)) return fail(ErrorCode::InvalidInput, "scope has a character no scope token has");
  if (has_scope(scopes, token)) return {};
  if (scopes.size() == kMaxTokens) return fail(ErrorCode::TooLarge, "scope has more than 100 tokens");
  scopes.emplace_back(token);
  return {};
}

}  // namespace

bool is_scope_token(std::string_view text) noexcept {
  return !text.empty() && text.size() <= kMaxTokenBytes &&
         std::all_of(text.begin(), text.end(), [](char c) { return c == 0x21 || (c >= 0x23 && c <= 0x5B) || (c >= 0x5D && c <= 0x7E); });
}

Result<Scopes> parse_scope(std::string_view text) {
  Scopes scopes;
  while (!text.empty()) {
    const auto space = text.find(' ');
    const auto token = text.substr(0, space);
    text = space == std::string_view::npos ? std::string_view{} : text.substr(space + 1);
    if (token.empty()) continue;
    TRY_VOID(add(scopes, token));
  }
  return scopes;
}

Result<Scopes> to_scopes(const std::vector<std::string>& tokens) {
  Scopes scopes;
  for (const auto& token : tokens) TRY_VOID(add(scopes, token));
  return scopes;
}

std::string join_scope(const Scopes& scopes) {
  std::string text;
  for (const auto& scope : scopes) {
    if (!text.empty()) text += ' ';
    text += scope;
  }
  return text;
}

bool has_scope(const Scopes& scopes, std::string_view scope) noexcept { return std::find(scopes.begin(), scopes.end(), scope) != scopes.end(); }

const std::string* first_missing(const Scopes& subset, const Scopes& superset) noexcept {
  const auto it = std::find_if(subset.begin(), subset.end(), [&](const auto& scope) { return !has_scope(superset, scope); });
  return it == subset.end() ? nullptr : &*it;
}

Scopes scope_union(Scopes first, const Scopes& second) {
  for (const auto& scope : second) {
    if (!has_scope(first, scope)) first.push_back(scope);
  }
  return first;
}

}  // namespace vmcpauth::oauth
