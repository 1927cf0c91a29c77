// Whose token is this? Recognised by prefix (opaque ones) or by issuer and claims (JWTs): one table, each row with what a
// developer has to know about that provider's tokens (REFERENCE §10). Used by make_report.
#pragma once

#include <optional>
#include <string_view>

#include "core/inspect/decoded_token.hpp"

namespace vmcpauth::inspect {

struct Recognition {
  std::string_view id;           // stable: "github-oauth"
  std::string_view name;         // "GitHub OAuth app user token"
  std::string_view explanation;  // one or two sentences; "" when there is nothing special
  bool secret_kind = false;      // not an access token at all: an API key, a refresh token, a client secret
};

// nullopt when nothing is known about it.
[[nodiscard]] std::optional<Recognition> recognise(const DecodedToken& token);

}  // namespace vmcpauth::inspect
