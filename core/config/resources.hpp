// The Kubernetes objects this project reads, and an inventory of all that were found. Filled by the manifest
// reader, searched by the resolver.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
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
  WrittenFields unserved;
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
  Number replicas;
  WrittenFields unserved;
};

// MCPServer, MCPRemoteProxy and MCPServerEntry: what can be a backend.
struct EnvironmentSpec {  // one of MCPServer.spec.env
  Text name, value;
};

struct WorkloadSpec {
  Setting<NameRef> group_ref;
  Setting<NameRef> external_auth_config_ref;
  Setting<NameRef> auth_server_ref;
  Setting<OidcConfigRef> oidc_config_ref;
  Setting<NameRef> authz_config_ref;
  Setting<NameRef> tool_config_ref;
  Span inline_authz;  // valid: authzConfig is written
  Number replicas;
  Text remote_url, transport, proxy_mode;
  Setting<HeaderForwardSpec> header_forward;
  Setting<CaBundleSpec> ca_bundle;
  Blocks<EnvironmentSpec> env;
  WrittenFields unserved;
};

struct GroupSpec {
  Text description;
};

struct AuthzConfigSpec {  // MCPAuthzConfig
  Text type;
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
  MCPAuthzConfig,
  MCPToolConfig,
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

// Resources in the order they were found, and an index by kind, namespace and name.
template <class Spec>
class ResourceList {
 public:
  using Item = Resource<Spec>;

  // Takes it without asking whether there is one already; not indexed. For the resources of one file, before merging.
  void append(Item&& resource) { list_.push_back(std::move(resource)); }
  // nullptr when there is one of that kind, namespace and name, which stays.
  const Item* add(Item&& resource) {
    const auto place = place_of(resource.kind, resource.space());
    const auto [entry, fresh] = by_name_.emplace(place + resource.name(), list_.size());
    if (!fresh) return nullptr;
    by_place_[place].push_back(list_.size());
    return &list_.emplace_back(std::move(resource));
  }
  [[nodiscard]] const Item* find(ResourceKind kind, std::string_view space, std::string_view name) const {
    const auto found = by_name_.find(place_of(kind, space) + std::string(name));
    return found == by_name_.end() ? nullptr : &list_[found->second];
  }
  // Names of that kind in that namespace.
  void collect_names(ResourceKind kind, std::string_view space, std::vector<std::string_view>& out) const {
    const auto found = by_place_.find(place_of(kind, space));
    if (found == by_place_.end()) return;
    for (const auto index : found->second) out.push_back(list_[index].name());
  }

  [[nodiscard]] std::size_t size() const noexcept { return list_.size(); }
  [[nodiscard]] bool empty() const noexcept { return list_.empty(); }
  [[nodiscard]] auto begin() const noexcept { return list_.begin(); }
  [[nodiscard]] auto end() const noexcept { return list_.end(); }
  [[nodiscard]] auto begin() noexcept { return list_.begin(); }
  [[nodiscard]] auto end() noexcept { return list_.end(); }

 private:
  static std::string place_of(ResourceKind kind, std::string_view space) {
    return std::string(1, static_cast<char>('A' + static_cast<int>(kind))) + std::string(space) + '/';
  }
  std::vector<Item> list_;
  std::unordered_map<std::string, std::size_t> by_name_;
  std::unordered_map<std::string, std::vector<std::size_t>> by_place_;
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
  ResourceList<VirtualServerSpec> servers;
  ResourceList<StrategySpec> external_auth;
  ResourceList<OidcConfigSpec> oidc_configs;
  ResourceList<GroupSpec> groups;
  ResourceList<WorkloadSpec> workloads;
  ResourceList<AuthzConfigSpec> authz_configs;
  ResourceList<ToolConfigSpec> tool_configs;
  ResourceList<DataSpec> data;
  std::vector<RuntimeFile> runtime_files;
  std::vector<AuthServerFile> auth_server_files;
  std::vector<std::string> unread_folders;  // of authserver-config.yaml files with syntax errors
};

// The resource of that kind, namespace and name.
template <class Spec>
[[nodiscard]] const Resource<Spec>* find(const ResourceList<Spec>& list, ResourceKind kind, std::string_view space, std::string_view name) {
  return list.find(kind, space, name);
}

}  // namespace vmcpauth::config
