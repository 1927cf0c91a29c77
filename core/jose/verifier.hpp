// The only way from a token string to a VerifiedToken: parse (size, exactly two dots, canonical base64url,
// strict JSON) → verify(policy, keys, now). RFC 7515, 7519, 8725. `alg` = policy ∩ key type.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/error.hpp"
#include "core/base/json.hpp"
#include "core/jose/algorithm.hpp"
#include "core/jose/jwk.hpp"

namespace vmcpauth::jose {

// Parsed, not verified: header and claims may be looked at (kid, iss to choose keys), never trusted.
class UnverifiedToken {
 public:
  // Compact JWS of at most 16 KiB whose payload is a JSON object. Refuses `crit`, `b64:false`, a JWE, extra
  // dots, duplicate members. InvalidInput, TooLarge, Unsupported.
  [[nodiscard]] static Result<UnverifiedToken> parse(std::string_view compact);

  [[nodiscard]] const Json& header() const noexcept { return header_; }
  [[nodiscard]] const Json& claims() const noexcept { return claims_; }
  [[nodiscard]] std::string_view signing_input() const noexcept { return signing_input_; }
  [[nodiscard]] std::string_view signature() const noexcept { return signature_; }

 private:
  UnverifiedToken() = default;
  Json header_, claims_;
  std::string signing_input_, signature_;
};

struct VerifyPolicy {
  std::vector<Algorithm> algorithms;   // allowed; empty refuses everything
  std::string issuer;                  // exact; must not be empty
  std::vector<std::string> audiences;  // at least one must be in `aud`; must not be empty
  Seconds leeway{30};                  // for exp, nbf, iat in the future
  // Accepted `typ` values besides absent (lower case, "application/" stripped). Default: JWT and RFC 9068.
  std::vector<std::string> types{"jwt", "at+jwt"};
};

class VerifiedToken {
 public:
  [[nodiscard]] const Json& claims() const noexcept { return claims_; }
  [[nodiscard]] const Json& header() const noexcept { return header_; }
  [[nodiscard]] const std::string& subject() const noexcept { return subject_; }
  [[nodiscard]] TimePoint expires_at() const noexcept { return expires_at_; }
  // `scope` (RFC 8693 §4.2 string) or `scp` (array or string), in order, without duplicates.
  [[nodiscard]] std::vector<std::string> scopes() const;

 private:
  friend Result<VerifiedToken> verify(const UnverifiedToken&, const VerifyPolicy&, const JwkSet&, TimePoint);
  VerifiedToken() = default;
  Json header_, claims_;
  std::string subject_;
  TimePoint expires_at_;
};

// Signature first, then iss, aud, exp (required), nbf, iat. With a `kid` only keys of that kid are tried; without one
// every key the algorithm fits (at most 8). BadSignature (also: no key fits; the note says which), Expired,
// Unauthenticated (iss, aud, nbf, typ, alg not allowed). The message names the check, never the token.
[[nodiscard]] Result<VerifiedToken> verify(const UnverifiedToken& token, const VerifyPolicy& policy, const JwkSet& keys, TimePoint now);

// True when the set holds a key of that kid (a miss is what triggers a JWKS refetch).
[[nodiscard]] bool has_key_for(const UnverifiedToken& token, const JwkSet& keys);

}  // namespace vmcpauth::jose
