// What an exchange changed, claim by claim, between the token that went in and the one that came out. Used by `token exchange`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.hpp"

namespace vmcpauth::inspect {

enum class Change : std::uint8_t { Same, Changed, Added, Removed };

[[nodiscard]] std::string_view to_string(Change change) noexcept;  // "same", …

struct ClaimChange {
  std::string name;
  Change change = Change::Same;
  Json before, after;  // null where there is none; never a token
};

// The registered claims first (iss, sub, aud, azp, client_id, scope, scp, act, may_act, exp, nbf, iat, jti), the rest by name. Arrays of
// strings and space-separated scopes are compared as sets. Either side may be null (an opaque token): all added, or all removed.
[[nodiscard]] std::vector<ClaimChange> diff_claims(const Json& before, const Json& after);

}  // namespace vmcpauth::inspect
