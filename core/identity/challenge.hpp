// How a request is refused for lack of a good token: the WWW-Authenticate challenge of RFC 6750 §3 and RFC 9728 §5.1
// and the response around it. Made by Authenticator, rendered by proxy/ with what it knows of the resource.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.hpp"
#include "core/http/message.hpp"

namespace vmcpauth::identity {

// A refusal. `error` and `description` go to the client (fixed text, no value of the token); `cause` goes to the log.
struct Challenge {
  int status = 401;   // 400, 401, 403 or 503
  std::string error;  // invalid_request, invalid_token, insufficient_scope; "" when no token was sent (RFC 6750 §3.1)
  std::string description;
  std::vector<std::string> scopes;  // insufficient_scope: what is needed, instead of the configured scopes
  Error cause{ErrorCode::Unauthenticated, "no bearer token"};

  [[nodiscard]] static Challenge missing_token();
  [[nodiscard]] static Challenge invalid_request(Error cause);
  // 401 invalid_token with the cause's message (not its notes); 503 for Unavailable, Unreachable, Timeout and the like.
  [[nodiscard]] static Challenge refused(Error cause);
  [[nodiscard]] static Challenge insufficient_scope(std::vector<std::string> needed);
};

// What is the same for every challenge of one resource.
struct ChallengeContext {
  std::string realm;                // the issuer; "" = none
  std::string resource_metadata;    // URL of the protected-resource metadata; "" = none
  std::vector<std::string> scopes;  // advertised; may be empty
};

// The field value: `Bearer realm="…", resource_metadata="…", scope="…", error="…", error_description="…"`. Values become
// RFC 9110 quoted-strings; controls and non-ASCII bytes cannot appear in it.
[[nodiscard]] std::string www_authenticate(const Challenge& challenge, const ChallengeContext& context);

// The whole response: challenge, JSON body {error, error_description}, no-store; 503 with Retry-After and no challenge.
[[nodiscard]] http::Response challenge_response(const Challenge& challenge, const ChallengeContext& context);

}  // namespace vmcpauth::identity
