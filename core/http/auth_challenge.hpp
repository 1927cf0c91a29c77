// What a server's WWW-Authenticate says (RFC 9110 §11.6.1): schemes and their parameters, read leniently, because a client
// wants what it can use of a server's answer. The login client reads challenges with this; identity/ makes them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/http/headers.hpp"

namespace vmcpauth::http {

struct AuthChallenge {
  std::string scheme;                                           // lower case
  std::vector<std::pair<std::string, std::string>> parameters;  // names in lower case, each once (the first); values unquoted
  [[nodiscard]] std::optional<std::string_view> get(std::string_view name) const;
};

// All challenges of all WWW-Authenticate fields, in order: at most 16, with at most 32 parameters each and 8 KiB a field. What
// does not fit the grammar ends its field; what came before it counts.
[[nodiscard]] std::vector<AuthChallenge> read_challenges(const Headers& headers);

// The first of that scheme (lower case), or null.
[[nodiscard]] const AuthChallenge* find_challenge(const std::vector<AuthChallenge>& challenges, std::string_view scheme);

}  // namespace vmcpauth::http
