// ID tokens (OpenID Connect Core §3.1.3.7, §12.2): signature by the issuer's keys, then everything the specification
// wants compared. Only here do a provider's claims become trusted.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/secret.hpp"
#include "core/base/task.hpp"
#include "core/jose/verifier.hpp"
#include "core/oauth/jwks_source.hpp"

namespace vmcpauth::upstream {

struct IdTokenPolicy {
  std::string who;  // for messages: `provider "okta"`
  std::string issuer;
  std::string client_id;
  std::string subject_claim = "sub";
  std::vector<jose::Algorithm> algorithms;  // see id_token_algorithms
  // The leg's nonce; none on refresh, where the token need not repeat it.
  std::optional<std::string> nonce;
};

struct IdTokenIdentity {
  std::string sub;      // as asserted
  std::string subject;  // subject_claim's value
  std::string name, email;
};

// What the provider's metadata lists of the algorithms we know; RS256 when it lists none of them (§3.1.3.7 step 7).
[[nodiscard]] std::vector<jose::Algorithm> id_token_algorithms(const std::vector<std::string>& supported);

// Everything but the signature's key lookup, for tests: verifies with these keys. BadResponse names the check that failed.
[[nodiscard]] Result<IdTokenIdentity> check_id_token(const jose::UnverifiedToken& token, const IdTokenPolicy& policy, std::string_view access_token,
                                                     const jose::JwkSet& keys, TimePoint now);

// The same with the issuer's keys, fetched again when the token's kid is new. Also errors of JwksSource::keys_for.
// `keys` must outlive the task.
[[nodiscard]] Task<Result<IdTokenIdentity>> verify_id_token(oauth::JwksSource& keys, IdTokenPolicy policy, Secret id_token, Secret access_token, TimePoint now);

}  // namespace vmcpauth::upstream
