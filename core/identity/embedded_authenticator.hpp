// Incoming auth when our own authorization server is the issuer: its keys are given in process, the token's `tsid` leads
// to the session's upstream tokens, which are refreshed when due and become part of the Identity.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/log.hpp"
#include "core/identity/authenticator.hpp"
#include "core/identity/token_cache.hpp"
#include "core/identity/upstream_refresher.hpp"
#include "core/jose/jwk.hpp"
#include "core/jose/verifier.hpp"
#include "core/store/session_store.hpp"

namespace vmcpauth::identity {

struct EmbeddedSettings {
  std::string issuer;
  std::vector<std::string> audiences;        // at least one must be in the token's aud
  std::vector<std::string> required_scopes;  // demanded of every token, else 403; empty = none (scopes are advertised only, as ToolHive does)
  // A token without `tsid` is refused. When false it is let in without upstream tokens, as ToolHive does: the token-exchange and
  // jwt-bearer grants issue such tokens, there is no login behind them.
  bool require_session = true;
  // One provider of the session whose token is not usable refuses the whole request with 401 (ToolHive's behaviour); otherwise it is
  // listed in Identity::upstream_failures.
  bool strict_upstreams = true;
  Seconds leeway{30};
};

class EmbeddedAuthenticator final : public Authenticator {
 public:
  EmbeddedAuthenticator(EmbeddedSettings settings, std::shared_ptr<const jose::JwkSet> keys, store::SessionStore& store, UpstreamRefresher& refresher,
                        const Clock& clock, const Logger& log);
  using Authenticator::authenticate;
  [[nodiscard]] Task<Outcome> authenticate(std::optional<Secret> bearer) override;

 private:
  [[nodiscard]] Result<TokenFactsPtr> verify(const Secret& bearer, TimePoint now);
  [[nodiscard]] Task<Outcome> load(TokenFactsPtr facts, Secret bearer);
  [[nodiscard]] Task<void> note_use(std::string session_id, std::optional<TimePoint> last, TimePoint now);

  EmbeddedSettings settings_;
  jose::VerifyPolicy policy_;
  std::shared_ptr<const jose::JwkSet> keys_;
  store::SessionStore& store_;
  UpstreamRefresher& refresher_;
  const Clock& clock_;
  const Logger& log_;
  TokenCache cache_;
};

}  // namespace vmcpauth::identity
