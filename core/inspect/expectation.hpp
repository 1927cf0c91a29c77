// What the configuration expects of a token with this issuer, and how the token measures up: issuer, audience, scope,
// byte for byte as the server compares them. Used by `token inspect --config` and `token doctor`.
#pragma once

#include <string>
#include <vector>

#include "core/base/json.hpp"
#include "core/config/runtime.hpp"

namespace vmcpauth::inspect {

struct Expectation {
  std::string role;                    // "token for the vMCP server demo", "token of provider \"okta\""
  std::string issuer;                  // "" = not compared, as everything below
  std::vector<std::string> audiences;  // one of them has to be in aud
  std::vector<std::string> scopes;     // all of them
};

struct Comparison {
  std::string what;  // "issuer", "audience", "scope"
  bool matches = false;
  std::string expected, found;  // as text
  std::string hint;             // "" = none
};

// By `iss`: the incoming token when it is the incoming issuer's, a provider's when it is an OIDC upstream's, a trusted issuer's; the
// incoming token otherwise (whose issuer then does not match). Empty for a server without incoming authentication.
[[nodiscard]] Expectation expectation_of(const config::Runtime& runtime, const Json& claims);

[[nodiscard]] std::vector<Comparison> compare(const Expectation& expectation, const Json& claims);

// The loopback origin a token was issued at when the configuration names another issuer: `serve` maps the configuration to the
// address it listens on. "" when that is not the case. Feed it to config::map_to_origin before comparing.
[[nodiscard]] std::string local_origin_of(const config::Runtime& runtime, const Json& claims);

}  // namespace vmcpauth::inspect
