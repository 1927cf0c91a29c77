// One outgoing strategy of the runtime configuration as ToolHive's operator makes it from an MCPExternalAuthConfig
// (pkg/vmcp/auth/converters, thv-operator vmcpconfig/converter.go).
#pragma once

#include <optional>

#include "core/config/rendition/manifests.hpp"
#include "core/config/rendition/mounts.hpp"
#include "core/config/rendition/tree.hpp"

namespace vmcpauth::config::rendition {

// Nothing for a type that the operator refuses as a strategy (embeddedAuthServer).
[[nodiscard]] std::optional<Tree> strategy_of(const Manifest& external_auth, Mounts& mounts);

// With an authorization server, a strategy without subject provider gets the first upstream; xaa only when there is one
// (pkg/vmcp/auth/types/defaults.go). `provider` stands where the upstream's name stands.
void add_subject_provider(Tree& strategy, const Tree& provider, bool several_upstreams);

}  // namespace vmcpauth::config::rendition
