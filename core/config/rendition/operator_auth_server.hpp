// The authorization server's run configuration (authserver-config.yaml) as ToolHive's operator writes it from
// spec.authServerConfig (thv-operator, controllerutil/authserver.go).
#pragma once

#include <string>

#include "core/config/rendition/mounts.hpp"
#include "core/config/rendition/tree.hpp"

namespace vmcpauth::config::rendition {

struct AuthServerUse {
  std::string space, name;     // of the VirtualMCPServer
  const Tree* oidc = nullptr;  // incomingAuth.oidc as rendered: audience, scopes and callback URLs follow its resource
};

[[nodiscard]] Tree auth_server_run_config(const Node& config, const AuthServerUse& use, Mounts& mounts);

}  // namespace vmcpauth::config::rendition
