// How far is my login? For the client that began it, so that a terminal can say "1 of 3 corporate-idp ✓ 2.1 s" while the browser
// walks the chain. No standard has this; other servers do not offer it and ignore the parameter.
//
// Protocol (docs/architecture.md, "A login's progress"). Metadata names the endpoint in `vmcpauth_login_progress_endpoint`. The
// client makes a fresh 256-bit secret (oauth::make_code_verifier; not its PKCE verifier), puts its S256 (oauth::s256_challenge)
// into the authorization request as `vmcpauth_progress_challenge`, and asks by POST with the form field `progress_secret`, as
// often as once in half a second and until a few seconds after it has its tokens. 404 until the browser has come and after
// the login's time; else 200 with
//   {"login": ID, "status": "running"|"code_issued"|"failed", "error": OAUTH_CODE, "failed_at": PROVIDER,
//    "legs": [{"provider": NAME, "status": "waiting"|"running"|"done"|"failed", "seconds": 2.1,
//              "scopes": [...], "expires_at": UNIX_SECONDS}]}
// Members without a value are left out. `legs` is in the order of the chain. Nothing here is a token, code, state or session id.
#pragma once

#include <string>

#include "core/authserver/context.hpp"
#include "core/base/json.hpp"
#include "core/http/message.hpp"
#include "core/store/expiring_table.hpp"

namespace vmcpauth::authserver {

inline constexpr const char* kProgressEndpoint = "vmcpauth_login_progress_endpoint";  // in the metadata
inline constexpr const char* kProgressChallenge = "vmcpauth_progress_challenge";      // in the authorization request
inline constexpr const char* kProgressSecret = "progress_secret";                     // in the POST

class LoginProgress {
 public:
  explicit LoginProgress(const Context& context) : context_(context) {}

  // This session's login may be watched with the secret of that challenge. A challenge that is used again watches the newer login:
  // the browser may open the authorization URL twice.
  void watch(std::string challenge, std::string session_id);

  [[nodiscard]] Task<http::Response> handle(http::Request request);

 private:
  [[nodiscard]] Task<Result<Json>> report(std::string session_id);

  const Context& context_;
  Guarded<store::ExpiringTable<std::string>> sessions_;  // challenge → session
};

}  // namespace vmcpauth::authserver
