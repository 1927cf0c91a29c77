// The rules of the configuration that this server's security rests on, checked again where they matter: whoever made the
// configuration, a server that would break them is never made. Called by AuthServer::make().
#pragma once

#include "core/base/error.hpp"
#include "core/config/runtime.hpp"

namespace vmcpauth::authserver {

// InvalidConfig names the rule: secrets over cleartext HTTP, forced redirect URIs, delegate clients, trusted issuers.
// Unsupported: an actor_matcher beyond the CEL that is implemented.
[[nodiscard]] Result<void> check_config(const config::AuthServer& config);

}  // namespace vmcpauth::authserver
