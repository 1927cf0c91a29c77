#include "core/config/config_kinds.hpp"

#include <algorithm>
#include <array>

#include "core/config/overlay.hpp"
#include "core/config/tables.hpp"

namespace vmcpauth::config {
namespace {

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

}  // namespace

std::span<const ConfigKind> config_kinds() noexcept {
  static constexpr auto kKinds = std::to_array<ConfigKind>({
      {"VirtualMCPServer", "one MCP endpoint before many servers", ConfigShape::Manifest, &kVirtualServerSpec},
      {"MCPExternalAuthConfig", "how to authenticate to a backend, or an authorization server", ConfigShape::Manifest, &kExternalAuthSpec},
      {"MCPOIDCConfig", "which tokens clients must bring", ConfigShape::Manifest, &kOidcConfigSpec},
      {"MCPGroup", "servers that belong together", ConfigShape::Manifest, &kGroupSpec},
      {"MCPServer", "an MCP server that runs in the cluster", ConfigShape::Manifest, &kServerWorkloadSpec},
      {"MCPRemoteProxy", "a proxy before a remote MCP server", ConfigShape::Manifest, &kRemoteProxySpec},
      {"MCPServerEntry", "a remote MCP server", ConfigShape::Manifest, &kServerEntrySpec},
      {"MCPToolConfig", "which tools of a server clients see, and how they are called", ConfigShape::Manifest, &kToolConfigSpec},
      {"vmcp", "the runtime configuration that `vmcp serve --config` reads", ConfigShape::File, &kServer},
      {"authserver-config", "the authorization server's run configuration, authserver-config.yaml", ConfigShape::File, &kAuthServerRunConfig},
      {"vmcpauth", "the local overlay, vmcpauth.toml", ConfigShape::Overlay, &kOverlay},
  });
  return kKinds;
}

const ConfigKind* find_config_kind(std::string_view name) noexcept {
  const auto kinds = config_kinds();
  const auto found = std::find_if(kinds.begin(), kinds.end(), [&](const ConfigKind& kind) {
    return std::equal(name.begin(), name.end(), kind.name.begin(), kind.name.end(), [](char a, char b) { return lower(a) == lower(b); });
  });
  return found == kinds.end() ? nullptr : &*found;
}

}  // namespace vmcpauth::config
