// The two grants that begin with a login: authorization_code (RFC 6749 §4.1.3, RFC 7636 §4.6) and refresh_token (§6, RFC 9700
// §4.14). Codes and refresh tokens work once; a second use ends everything that came of the login.
#pragma once

#include "core/authserver/access_tokens.hpp"
#include "core/oauth/parameters.hpp"

namespace vmcpauth::authserver {

class LoginGrants {
 public:
  explicit LoginGrants(const Context& context) : context_(context) {}

  // Token responses. invalid_request, invalid_grant, invalid_target, invalid_scope, unauthorized_client.
  [[nodiscard]] Task<Result<Json>> redeem_code(oauth::Parameters form, store::Client client);
  [[nodiscard]] Task<Result<Json>> refresh(oauth::Parameters form, store::Client client);

 private:
  [[nodiscard]] Task<Result<Json>> issue(store::Grant grant, const store::Client& client);
  [[nodiscard]] Task<Result<Json>> rotate(std::string signature, store::RefreshToken current, std::vector<std::string> scopes);
  [[nodiscard]] Task<Error> revoke(store::Grant grant, std::string why);
  // Providers that assert no expiry leave tokens that live as long as the session: it was just used.
  [[nodiscard]] Task<Result<void>> keep_session(std::string session_id);
  void note_grant(LogLevel level, EventKind kind, const store::Grant& grant, std::string detail = {}) const;

  const Context& context_;
};

}  // namespace vmcpauth::authserver
