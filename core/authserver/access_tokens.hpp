// Our access tokens: JWTs by RFC 9068 (`typ: at+jwt`, iss, sub, aud, exp, iat, jti, client_id, scope), with ToolHive's `scp`
// array beside `scope`, `tsid`, `name`, `email`, and `act` for delegated ones (RFC 8693 §4.1).
#pragma once

#include <string>
#include <vector>

#include "core/authserver/context.hpp"
#include "core/base/json.hpp"

namespace vmcpauth::authserver {

struct AccessTokenClaims {
  std::string subject, client_id;
  std::string session_id;  // tsid; "" = none
  std::string name, email;
  std::vector<std::string> scopes, audiences;
  Json act;  // null = none
  Seconds lifetime{0};
};

// The token response (RFC 6749 §5.1) with access_token, token_type, expires_in and scope. Internal when signing fails.
[[nodiscard]] Result<Json> issue_access_token(const Context& context, const AccessTokenClaims& claims);

[[nodiscard]] AccessTokenClaims claims_of(const Context& context, const store::Grant& grant, std::vector<std::string> scopes);

}  // namespace vmcpauth::authserver
