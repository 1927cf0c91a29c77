// One upstream identity provider as the chain needs it. OIDC and OAuth 2.0 fulfil this port; it knows nothing of our
// own authorization server. The provider's own error travels as ErrorCode::UpstreamError with its (redacted) words as note.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/error.hpp"
#include "core/base/secret.hpp"
#include "core/base/task.hpp"

namespace vmcpauth::upstream {

// What one leg sends; made fresh for every leg by the caller.
struct Leg {
  std::string state;
  std::string nonce;
  Secret pkce_verifier;
  [[nodiscard]] Leg clone() const { return {state, nonce, pkce_verifier.clone()}; }
};

struct Tokens {
  Secret access_token;
  Secret refresh_token;                 // empty = none given
  Secret id_token;                      // empty = none given
  std::optional<TimePoint> expires_at;  // none = no expiry asserted
  std::vector<std::string> scopes;      // granted; what was asked when the answer is silent
  // Whom a refresh's new ID token is for (subject_claim applied). The caller must refuse the tokens when it is not the
  // row's upstream_subject (OpenID Connect Core §12.2).
  std::optional<std::string> subject;
};

struct Identity {
  std::string subject;
  std::string name, email;  // may be empty
  bool synthetic = false;   // `tk-…`: derived from the access token, no user row
};

struct CodeGrant {
  Tokens tokens;
  Identity identity;
};

// The query of the provider's redirect back to us, as far as it matters (RFC 6749 §4.1.2, RFC 9207).
struct CallbackParameters {
  std::optional<std::string> code, error, error_description, error_uri, iss;
};

class Provider {
 public:
  virtual ~Provider() = default;
  [[nodiscard]] virtual const std::string& name() const noexcept = 0;
  // Where to send the browser for this leg. May fetch discovery or register (DCR) first.
  [[nodiscard]] virtual Task<Result<std::string>> authorization_url(Leg leg) = 0;
  // Checks `error` and `iss`, redeems the code (PKCE, client authentication), validates the ID token (OIDC: iss, aud,
  // azp, exp, nonce, signature, at_hash), resolves the identity. UpstreamError, BadResponse, Timeout, Unreachable, BlockedAddress.
  [[nodiscard]] virtual Task<Result<CodeGrant>> finish(CallbackParameters callback, Leg leg) = 0;
  // Redeems a refresh token. An answer without refresh or ID token leaves those empty: the caller keeps its old ones.
  // UpstreamError with oauth_code invalid_grant = the grant is dead; other failures may pass.
  [[nodiscard]] virtual Task<Result<Tokens>> refresh(Secret refresh_token, std::vector<std::string> scopes) = 0;
};

}  // namespace vmcpauth::upstream
