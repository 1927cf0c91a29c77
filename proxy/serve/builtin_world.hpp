// The built-in part of what is served: demo mode as a whole, or stand-ins for upstreams of a real manifest (--mock-idps).
// Turns specs of proxy/demo into running servers and completes the Runtime that points at them.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "core/base/clock.hpp"
#include "core/base/random.hpp"
#include "core/config/runtime.hpp"
#include "proxy/demo/identity_provider_spec.hpp"
#include "proxy/demo/trusted_issuers.hpp"
#include "proxy/serve/builtin_servers.hpp"
#include "proxy/serve/options.hpp"

namespace vmcpauth::proxy {

class BuiltinWorld {
 public:
  BuiltinWorld(IoPool& pool, const Logger& logger, const Clock& clock, Random& random) : clock_(clock), random_(random), servers_(pool, logger) {}

  // Two identity providers, demo backends, and the configuration that chains them, as seen from our own `origin`.
  [[nodiscard]] Result<config::Runtime> demo(const std::string& origin);

  // Points the chosen upstreams of the runtime at built-in providers of the same names. A provider started by an earlier
  // call goes on with its users and tokens while the manifest asks the same of it.
  [[nodiscard]] Result<void> mock(config::Runtime& runtime, const ProviderChoice& choice);

  // Tokens of the embedded authorization server become known to token exchange at the built-in providers.
  void trust(const std::string& issuer, TrustedIssuers::Keys keys) { trusted_.add(issuer, "vmcpauth", std::move(keys)); }

  // Name → origin of the identity providers that run.
  [[nodiscard]] const std::map<std::string, std::string>& providers() const noexcept { return providers_; }

 private:
  [[nodiscard]] Result<void> start_provider(IdentityProviderSpec spec);

  const Clock& clock_;
  Random& random_;
  TrustedIssuers trusted_;
  std::map<std::string, std::string> providers_;
  std::map<std::string, std::string> fingerprints_;  // of the spec each provider was made from
  BuiltinServers servers_;                           // last: its handlers use what stands above
};

}  // namespace vmcpauth::proxy
