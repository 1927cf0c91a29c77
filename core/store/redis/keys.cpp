#include "core/store/redis/keys.hpp"

namespace vmcpauth::store::redis {

std::string Keys::prefix_of(std::string_view name_space, std::string_view name) {
  return "thv:auth:{" + std::string(name_space) + ":" + std::string(name) + "}:";
}

Result<Keys> Keys::with_prefix(std::string prefix) {
  const auto open = prefix.find('{');
  const auto close = open == std::string::npos ? open : prefix.find('}', open);
  if (close == std::string::npos || close == open + 1) {
    return fail(ErrorCode::InvalidInput, "a Redis key prefix holds the server's name in braces, as in thv:auth:{namespace:name}:");
  }
  return Keys(std::move(prefix));
}

std::string Keys::of(std::string_view kind, std::string_view id) const {
  std::string key;
  key.reserve(prefix_.size() + kind.size() + id.size() + 1);
  return key.append(prefix_).append(kind).append(":").append(id);
}
std::string Keys::ours(std::string_view kind, std::string_view id) const { return of("vmcpauth:" + std::string(kind), id); }
std::string Keys::upstream(std::string_view session, std::string_view provider) const { return of("upstream", session).append(":").append(provider); }
std::string Keys::provider_identity(std::string_view provider, std::string_view subject) const {
  return of("provider", std::to_string(provider.size())).append(":").append(provider).append(":").append(subject);
}

std::optional<std::string_view> Keys::id_in(std::string_view key, std::string_view kind) const {
  if (!key.starts_with(prefix_)) return std::nullopt;
  key.remove_prefix(prefix_.size());
  if (!key.starts_with(kind) || key.size() <= kind.size() || key[kind.size()] != ':') return std::nullopt;
  return key.substr(kind.size() + 1);
}

std::optional<std::pair<std::string, std::string>> Keys::upstream_in(std::string_view key) const {
  const auto id = id_in(key, "upstream");
  if (!id || id->starts_with("idx:")) return std::nullopt;
  // Provider names are DNS labels; what is before the last colon is the session's.
  const auto colon = id->rfind(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == id->size()) return std::nullopt;
  return std::pair(std::string(id->substr(0, colon)), std::string(id->substr(colon + 1)));
}

std::string match_literally(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '*' || c == '?' || c == '[' || c == ']' || c == '\\' || c == '^') out += '\\';
    out += c;
  }
  return out;
}

}  // namespace vmcpauth::store::redis
