// Incoming auth when somebody else is the issuer: JWTs are verified with the issuer's keys, tokens that are no JWT are
// introspected when an endpoint is configured. There are no upstream tokens then; the bearer itself may be exchanged.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/log.hpp"
#include "core/identity/authenticator.hpp"
#include "core/identity/introspection.hpp"
#include "core/identity/token_cache.hpp"
#include "core/jose/verifier.hpp"
#include "core/oauth/jwks_source.hpp"

namespace vmcpauth::identity {

struct ExternalSettings {
  std::string issuer;
  std::vector<std::string> audiences;
  std::vector<std::string> required_scopes;  // see EmbeddedSettings
  Seconds leeway{30};
};

class ExternalAuthenticator final : public Authenticator {
 public:
  // `introspector` may be null: opaque tokens are refused then.
  ExternalAuthenticator(ExternalSettings settings, oauth::JwksSource& keys, Introspector* introspector, const Clock& clock, const Logger& log);
  using Authenticator::authenticate;
  [[nodiscard]] Task<Outcome> authenticate(std::optional<Secret> bearer) override;

 private:
  [[nodiscard]] Task<Result<TokenFactsPtr>> examine(Secret bearer);
  [[nodiscard]] Task<Result<jose::VerifiedToken>> verify(jose::UnverifiedToken token);

  ExternalSettings settings_;
  jose::VerifyPolicy policy_;
  oauth::JwksSource& keys_;
  Introspector* introspector_;
  const Clock& clock_;
  const Logger& log_;
  TokenCache cache_;
};

}  // namespace vmcpauth::identity
