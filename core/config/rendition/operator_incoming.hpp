// incomingAuth of the runtime configuration: the MCPOIDCConfig a server refers to, resolved (thv-operator, oidc/resolver.go),
// and its Cedar policies.
#pragma once

#include "core/config/rendition/manifests.hpp"
#include "core/config/rendition/mounts.hpp"
#include "core/config/rendition/tree.hpp"

namespace vmcpauth::config::rendition {

[[nodiscard]] Tree incoming_auth(const Manifest& server, const Manifests& manifests, Mounts& mounts);

}  // namespace vmcpauth::config::rendition
