// Scopes as a set in the order they were given (RFC 6749 §3.3): case-sensitive tokens, each once.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.hpp"

namespace vmcpauth::oauth {

using Scopes = std::vector<std::string>;

// 1*( %x21 / %x23-5B / %x5D-7E ), at most 256 bytes.
[[nodiscard]] bool is_scope_token(std::string_view text) noexcept;
// Tokens separated by single spaces; leading, trailing and repeated spaces are forgiven, repeated tokens dropped. "" is the
// empty set. At most 100 tokens. InvalidInput, TooLarge.
[[nodiscard]] Result<Scopes> parse_scope(std::string_view text);
// The same from tokens that come one by one (a JSON array).
[[nodiscard]] Result<Scopes> to_scopes(const std::vector<std::string>& tokens);
[[nodiscard]] std::string join_scope(const Scopes& scopes);

[[nodiscard]] bool has_scope(const Scopes& scopes, std::string_view scope) noexcept;
// The first member of `subset` that `superset` lacks, nullptr when it holds all.
[[nodiscard]] const std::string* first_missing(const Scopes& subset, const Scopes& superset) noexcept;
[[nodiscard]] Scopes scope_union(Scopes first, const Scopes& second);

}  // namespace vmcpauth::oauth
