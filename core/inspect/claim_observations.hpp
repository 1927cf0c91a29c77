// What is missing or odd about a token's claims (RFC 7519 §4.1, RFC 9068 §2.2, OpenID Connect Core §2). Used by make_report.
#pragma once

#include "core/base/clock.hpp"
#include "core/inspect/decoded_token.hpp"

namespace vmcpauth::inspect {

// Adds to `out`; nothing for a token without readable claims. Times are compared with a leeway of 30 s, as when serving.
void observe_claims(const DecodedToken& token, TimePoint now, Observations& out);

// True for what looks like an ID token: nonce, at_hash or c_hash, and no scope.
[[nodiscard]] bool looks_like_id_token(const Json& claims);

}  // namespace vmcpauth::inspect
