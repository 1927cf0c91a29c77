// Keys made up on the spot when the configuration names none. The composition root makes them once a process and applies
// them to every (re)loaded configuration, so that a reload ends no session.
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
  // Fills in what `config` lacks; keys it has are left alone.
  void apply_to(config::AuthServer& config) const;
};

}  // namespace vmcpauth::authserver
