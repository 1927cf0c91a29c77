// The vMCP runtime configuration (config.yaml) as ToolHive's operator writes it from a VirtualMCPServer and what it refers
// to (thv-operator, vmcpconfig/converter.go and virtualmcpserver_vmcpconfig.go).
#pragma once

#include "core/config/rendition/manifests.hpp"
#include "core/config/rendition/mounts.hpp"
#include "core/config/rendition/tree.hpp"

namespace vmcpauth::config::rendition {

[[nodiscard]] Tree server_config(const Manifest& server, const Manifests& manifests, Mounts& mounts);

}  // namespace vmcpauth::config::rendition
