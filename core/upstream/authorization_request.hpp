// The URL that sends the browser to a provider (RFC 6749 §4.1.1, RFC 7636 §4.3, OpenID Connect Core §3.1.2.1), and the
// checks on what comes back (RFC 6749 §4.1.2, RFC 9207).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/error.hpp"
#include "core/config/runtime.hpp"
#include "core/upstream/provider.hpp"
#include "core/upstream/provider_error.hpp"

namespace vmcpauth::upstream {

struct AuthorizationRequest {
  Url endpoint;
  std::string client_id, redirect_uri;
  std::vector<std::string> scopes;
  config::StringMap additional;  // checked by check_additional_parameters
  bool with_nonce = false;
};

// InvalidConfig names the parameter that the protocol owns (response_type, client_id, redirect_uri, scope, state, nonce,
// code_challenge, code_challenge_method, request, request_uri, and a response_mode other than query).
[[nodiscard]] Result<void> check_additional_parameters(const config::StringMap& parameters);

// InvalidConfig: a fragment, or a query that already holds a parameter of the protocol.
[[nodiscard]] Result<void> check_authorization_endpoint(const Url& endpoint);

[[nodiscard]] std::string authorization_url(const AuthorizationRequest& request, const Leg& leg);

// What is known of the provider's issuer, for RFC 9207.
struct ExpectedIssuer {
  std::string issuer;                   // "" = unknown: `iss` is not looked at
  bool iss_parameter_promised = false;  // authorization_response_iss_parameter_supported
};

// The code of a good callback. `iss` is checked before `error` (RFC 9207 §2.4: an answer of another issuer says
// nothing). UpstreamError for the provider's `error`; BadResponse for a wrong or missing iss, or neither code nor error.
[[nodiscard]] Result<std::string> read_callback(const CallbackParameters& callback, const ExpectedIssuer& expected, const Peer& peer);

}  // namespace vmcpauth::upstream
