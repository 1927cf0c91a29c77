// Keys made up on the spot when the configuration names none. The composition root makes them once a process, or keeps them in
// the store so that a restart ends no session either, and applies them to every (re)loaded configuration.
#pragma once

#include "core/base/error.hpp"
#include "core/base/random.hpp"
#include "core/base/secret.hpp"
#include "core/config/runtime.hpp"

namespace vmcpauth::authserver {

struct EphemeralKeys {
  Secret signing_pem;  // ES256
  Secret hmac;
  [[nodiscard]] static Result<EphemeralKeys> make(Random& random);
  // For keeping them, sealed. from_text: InvalidInput.
  [[nodiscard]] Secret to_text() const;
  [[nodiscard]] static Result<EphemeralKeys> from_text(const Secret& text);
  [[nodiscard]] static bool needed_by(const config::AuthServer& config) noexcept { return config.signing_keys.pem.empty() || config.hmac_secrets.empty(); }
  // Fills in what `config` lacks; keys it has are left alone.
  void apply_to(config::AuthServer& config) const;
};

}  // namespace vmcpauth::authserver
