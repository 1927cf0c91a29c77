// The forms of the grants a client can ask tokens with, each with the resource it is for (RFC 8707 §2.2). Pure.
#pragma once

#include <string>
#include <string_view>

#include "core/client/token_client.hpp"

namespace vmcpauth::client {

inline constexpr std::string_view kClientCredentials = "client_credentials";                     // RFC 6749 §4.4
inline constexpr std::string_view kDeviceCode = "urn:ietf:params:oauth:grant-type:device_code";  // RFC 8628 §3.4

struct TokenTarget {
  std::string resource;
  oauth::Scopes scopes;  // none: the parameter is left out
};

[[nodiscard]] Grant code_grant(const Secret& code, const Secret& pkce_verifier, const std::string& redirect_uri, const TokenTarget& target);  // RFC 6749 §4.1.3
[[nodiscard]] Grant refresh_grant(const Secret& refresh_token, const TokenTarget& target);    // §6; scopes stay as granted
[[nodiscard]] Grant client_credentials_grant(const TokenTarget& target);                      // §4.4
[[nodiscard]] Grant jwt_bearer_grant(const Secret& assertion, const TokenTarget& target);     // RFC 7523 §2.1
[[nodiscard]] Grant device_code_grant(const Secret& device_code, const TokenTarget& target);  // RFC 8628 §3.4
// RFC 8693 at the enterprise's identity provider: an ID token for an identity assertion that `issuer` will take
// (draft-ietf-oauth-identity-assertion-authz-grant §4).
[[nodiscard]] Grant id_jag_exchange(const Secret& id_token, const std::string& issuer, const TokenTarget& target);

}  // namespace vmcpauth::client
