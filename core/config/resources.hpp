// The Kubernetes objects this project reads, and an inventory of all that were found. Filled by the manifest
// reader, searched by the resolver.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/config/model.hpp"

namespace vmcpauth::config {

struct Metadata {
  Text name;
  Text space;  // namespace
};

struct NameRef {
  Text name;
};

struct OidcConfigRef {
  Text name, audience, resource_url;
  Texts scopes;
};

struct KubernetesServiceAccountSpec {
  Text issuer, jwks_url, introspection_url;
  Flag use_cluster_auth;
};

struct OidcConfigSpec {  // MCPOIDCConfig.spec
  Text type;
  Setting<OidcIncomingSpec> inline_config;
  Setting<KubernetesServiceAccountSpec> service_account;
};

struct IncomingRefSpec {  // VirtualMCPServer.spec.incomingAuth
  Text type;
  Setting<OidcConfigRef> oidc_config_ref;
  Setting<NameRef> authz_config_ref;
};

struct BackendAuthSpec {
  Text type;
  Setting<NameRef> external_auth_config_ref;
};

struct OutgoingRefSpec {
  Text source;
  Setting<BackendAuthSpec> fallback;
  NamedBlocks<BackendAuthSpec> backends;
};

struct VirtualServerSpec {
  Setting<NameRef> group_ref;
  Setting<IncomingRefSpec> incoming;
  Setting<OutgoingRefSpec> outgoing;
  Setting<AuthServerSpec> auth_server;
  Texts passthrough_headers;
  Setting<ServerSpec> config;
};

// MCPServer, MCPRemoteProxy and MCPServerEntry: what can be a backend.
struct WorkloadSpec {
  Setting<NameRef> group_ref;
  Setting<NameRef> external_auth_config_ref;
  Setting<NameRef> auth_server_ref;
  Setting<OidcConfigRef> oidc_config_ref;
  Text remote_url, transport, proxy_mode;
  Setting<HeaderForwardSpec> header_forward;
  Setting<CaBundleSpec> ca_bundle;
};

struct GroupSpec {
  Text description;
};

struct DataSpec {         // Secret and ConfigMap
  TextPairs data;         // Secret: base64
  TextPairs string_data;  // Secret only
};

enum class ResourceKind : std::uint8_t {
  VirtualMCPServer,
  MCPExternalAuthConfig,
  MCPOIDCConfig,
  MCPGroup,
  MCPServer,
  MCPRemoteProxy,
  MCPServerEntry,
  Secret,
  ConfigMap
};
[[nodiscard]] std::string_view to_string(ResourceKind kind) noexcept;

template <class Spec>
struct Resource {
  ResourceKind kind;
  Metadata meta;
  Span at;  // the value of `kind`
  Spec spec;

  [[nodiscard]] const std::string& name() const noexcept { return meta.name.value; }
  [[nodiscard]] std::string_view space() const noexcept { return meta.space.present ? std::string_view(meta.space.value) : "default"; }
};

// A runtime YAML with the authserver-config.yaml beside it.
struct RuntimeFile {
  std::string folder;
  Span at;
  ServerSpec spec;
};
struct AuthServerFile {
  std::string folder;
  Span at;
  AuthServerSpec spec;
};

struct Inventory {
  std::vector<Resource<VirtualServerSpec>> servers;
  std::vector<Resource<StrategySpec>> external_auth;
  std::vector<Resource<OidcConfigSpec>> oidc_configs;
  std::vector<Resource<GroupSpec>> groups;
  std::vector<Resource<WorkloadSpec>> workloads;
  std::vector<Resource<DataSpec>> data;
  std::vector<RuntimeFile> runtime_files;
  std::vector<AuthServerFile> auth_server_files;
  std::vector<std::string> unread_folders;  // of authserver-config.yaml files with syntax errors
};

// The resource of that kind, namespace and name.
template <class Spec>
[[nodiscard]] const Resource<Spec>* find(const std::vector<Resource<Spec>>& list, ResourceKind kind, std::string_view space, std::string_view name) {
  for (const auto& resource : list) {
    if (resource.kind == kind && resource.space() == space && resource.name() == name) return &resource;
  }
  return nullptr;
}

}  // namespace vmcpauth::config
