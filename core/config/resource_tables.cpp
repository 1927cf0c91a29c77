#include "core/config/decoder.hpp"
#include "core/config/resources.hpp"
#include "core/config/tables.hpp"
#include "core/config/unserved_field.hpp"

namespace vmcpauth::config {
namespace {

using table::block;
using table::block_map;
using table::blocks;
using table::bounded;
using table::flag;
using table::number;
using table::other;
using table::secret_ref;
using table::text;
using table::text_map;
using table::texts;
using table::unserved;

constexpr Field kNameFields[] = {text<&NameRef::name>("name", "Name of the resource, in the same namespace.", {.required = true, .min = 1})};
constexpr Object kGroupRef{"groupRef", "A MCPGroup.", kNameFields};
constexpr Object kExternalAuthRef{"externalAuthConfigRef", "A MCPExternalAuthConfig.", kNameFields};
constexpr Object kAuthzRef{"authzConfigRef", "A MCPAuthzConfig.", kNameFields};
constexpr Object kWorkloadToolConfig{"toolConfigRef", "A MCPToolConfig.", kNameFields};
constexpr Field kAuthServerRefFields[] = {
    text<&NameRef::name>("name", "Name of the resource, in the same namespace.", {.required = true, .min = 1}),
    {"kind", FieldType::String, "Kind of the resource.", {.one_of = "MCPExternalAuthConfig"}, nullptr, nullptr},
};
constexpr Object kAuthServerRef{"authServerRef", "A MCPExternalAuthConfig of type embeddedAuthServer.", kAuthServerRefFields};

constexpr Field kOidcConfigRefFields[] = {
    text<&OidcConfigRef::name>("name", "Name of the MCPOIDCConfig.", {.required = true, .min = 1}),
    text<&OidcConfigRef::audience>("audience", "Exact audience the tokens must have.", {.required = true, .min = 1}),
    texts<&OidcConfigRef::scopes>("scopes", "Scopes to advertise and demand."),
    text<&OidcConfigRef::resource_url>("resourceUrl", "Public URL of the server (RFC 9728).", {.preset = "the cluster's service URL"}),
};
constexpr Object kOidcConfigRef{"oidcConfigRef", "A MCPOIDCConfig, and what differs by server.", kOidcConfigRefFields};

constexpr Field kConfigMapRefFields[] = {
    text<&ConfigMapKeyRef::name>("name", "Name of the ConfigMap."),
    text<&ConfigMapKeyRef::key>("key", "Key in the ConfigMap.", {.required = true, .preset = "ca.crt"}),
    other("optional", FieldType::Boolean),
};
constexpr Object kConfigMapRef{"configMapRef", "A key of a ConfigMap.", kConfigMapRefFields};
constexpr Field kCaBundleFields[] = {block<&CaBundleSpec::config_map>("configMapRef", kConfigMapRef, "ConfigMap with PEM certificates.")};
constexpr Object kCaBundle{"caBundleRef", "The CAs to trust.", kCaBundleFields};

constexpr Field kInlineOidcFields[] = {
    text<&OidcIncomingSpec::issuer>("issuer", "Exact issuer of the tokens clients bring.", {.required = true}),
    text<&OidcIncomingSpec::client_id>("clientId", "Client identifier for introspection."),
    secret_ref<&OidcIncomingSpec::client_secret>("clientSecretRef", kSecretKeyRef, "Secret with the client secret for introspection."),
    text<&OidcIncomingSpec::jwks_url>("jwksUrl", "Keys; else found by discovery."),
    text<&OidcIncomingSpec::introspection_url>("introspectionUrl", "For opaque tokens (RFC 7662)."),
    block<&OidcIncomingSpec::ca_bundle>("caBundleRef", kCaBundle, "The CAs to trust."),
    other("jwksAuthTokenPath", FieldType::String, "Bearer token file for the keys; not used locally."),
    flag<&OidcIncomingSpec::jwks_allow_private_ip>("jwksAllowPrivateIP", "Let the keys come from a private address."),
    flag<&OidcIncomingSpec::protected_resource_allow_private_ip>("protectedResourceAllowPrivateIP", "Let the resource's endpoints be private."),
    flag<&OidcIncomingSpec::insecure_allow_http>("insecureAllowHTTP", "Allow an http issuer."),
};

constexpr Field kServiceAccountFields[] = {
    other("serviceAccount", FieldType::String),
    other("namespace", FieldType::String),
    text<&KubernetesServiceAccountSpec::issuer>("issuer", "Issuer of the cluster.", {.preset = "https://kubernetes.default.svc"}),
    text<&KubernetesServiceAccountSpec::jwks_url>("jwksUrl", "Keys; else found by discovery."),
    text<&KubernetesServiceAccountSpec::introspection_url>("introspectionUrl", "For opaque tokens (RFC 7662)."),
    flag<&KubernetesServiceAccountSpec::use_cluster_auth>("useClusterAuth", "Use the cluster's CA and token.", {.preset = "true"}),
};
constexpr Object kServiceAccount{"kubernetesServiceAccount", "Tokens of Kubernetes service accounts.", kServiceAccountFields};

constexpr Field kOidcConfigFields[] = {
    text<&OidcConfigSpec::type>("type", "Which block applies.", {.required = true, .one_of = "kubernetesServiceAccount|inline"}),
    block<&OidcConfigSpec::inline_config>("inline", kOidcIncomingShared, "An OpenID Connect issuer."),
    block<&OidcConfigSpec::service_account>("kubernetesServiceAccount", kServiceAccount, "Tokens of Kubernetes service accounts."),
};

constexpr Field kIncomingFields[] = {
    text<&IncomingRefSpec::type>("type", "Whether clients need a token.", {.required = true, .one_of = "anonymous|oidc"}),
    block<&IncomingRefSpec::oidc_config_ref>("oidcConfigRef", kOidcConfigRef, "Which tokens clients must bring."),
    unserved<&IncomingRefSpec::unserved>("authzConfig", FieldType::Mapping),
    block<&IncomingRefSpec::authz_config_ref>("authzConfigRef", kAuthzRef, "Shared Cedar policies."),
};
constexpr Object kIncoming{"incomingAuth", "How clients authenticate.", kIncomingFields};

constexpr Field kBackendAuthFields[] = {
    text<&BackendAuthSpec::type>("type", "Which block applies.", {.required = true, .one_of = "discovered|externalAuthConfigRef"}),
    block<&BackendAuthSpec::external_auth_config_ref>("externalAuthConfigRef", kExternalAuthRef, "The strategy."),
};
constexpr Object kBackendAuth{"backend authentication", "How to authenticate to one backend.", kBackendAuthFields};

constexpr Field kOutgoingFields[] = {
    text<&OutgoingRefSpec::source>("source", "Where strategies come from.", {.one_of = "discovered|inline", .preset = "discovered"}),
    block<&OutgoingRefSpec::fallback>("default", kBackendAuth, "For backends that are not named."),
    block_map<&OutgoingRefSpec::backends>("backends", kBackendAuth, "By backend name."),
};
constexpr Object kOutgoing{"outgoingAuth", "How to authenticate to backends.", kOutgoingFields};

constexpr Field kVirtualServerFields[] = {
    block<&VirtualServerSpec::group_ref>("groupRef", kGroupRef, "The group of its backends.", {.required = true}),
    block<&VirtualServerSpec::incoming>("incomingAuth", kIncoming, "How clients authenticate.", {.required = true}),
    block<&VirtualServerSpec::outgoing>("outgoingAuth", kOutgoing, "How to authenticate to backends."),
    block<&VirtualServerSpec::auth_server>("authServerConfig", kAuthServerManifest, "The embedded authorization server."),
    texts<&VirtualServerSpec::passthrough_headers>("passthroughHeaders", "Headers of the client that every backend gets."),
    block<&VirtualServerSpec::config>("config", kServerInManifest, "Runtime settings."),
    unserved<&VirtualServerSpec::unserved>("embeddingServerRef", FieldType::Mapping),
    other("imagePullSecrets", FieldType::List),
    other("podTemplateSpec", FieldType::Mapping),
    number<&VirtualServerSpec::replicas>("replicas", "How many copies run.", {.min = 0}),
    other("serviceAccount", FieldType::String),
    bounded("serviceType", FieldType::String, {.one_of = "ClusterIP|NodePort|LoadBalancer"}),
    bounded("sessionAffinity", FieldType::String, {.one_of = "ClientIP|None"}),
    other("sessionStorage", FieldType::Mapping),
    unserved<&VirtualServerSpec::unserved>("telemetryConfigRef", FieldType::Mapping),
};

constexpr Field kFromSecretFields[] = {
    text<&HeaderFromSecretSpec::header_name>("headerName", "Header to set.", {.required = true, .min = 1, .max = 255}),
    secret_ref<&HeaderFromSecretSpec::value>("valueSecretRef", kSecretKeyRef, "Secret with the header's value.", {.required = true}),
};
constexpr Object kFromSecret{"header", "A header whose value is secret.", kFromSecretFields};
constexpr Field kHeaderForwardFields[] = {
    text_map<&HeaderForwardSpec::plaintext>("addPlaintextHeaders", "Headers that are not secret.", {.secret = true}),
    blocks<&HeaderForwardSpec::from_secret>("addHeadersFromSecret", kFromSecret, "Headers that are secret.", {.unique_by = "headerName"}),
};
constexpr Object kHeaderForward{"headerForward", "Headers every request to the remote server gets.", kHeaderForwardFields};

void read_inline_authz(void* target, Decoder& decoder, const Field& field, const Member& member) {
  if (decoder.mapping(field, member.value, member.key_at)) static_cast<WorkloadSpec*>(target)->inline_authz = member.key_at;
}
constexpr Field inline_authz() { return {"authzConfig", FieldType::Mapping, "Authorization policies of this server.", {}, nullptr, read_inline_authz}; }

// Has to be there and may be empty.
void read_variable(void* target, Decoder& decoder, const Field& field, const Member& member) {
  Field lenient = field;
  lenient.rules.required = false;
  static_cast<EnvironmentSpec*>(target)->value = decoder.text(lenient, member.value, member.key_at);
}
constexpr Field kEnvironmentFields[] = {
    text<&EnvironmentSpec::name>("name", "Name of the variable.", {.required = true}),
    {"value", FieldType::String, "Its value, for everybody to read.", {.required = true, .secret = true}, nullptr, read_variable},
};
constexpr Object kEnvironment{"variable", "A variable of the container.", kEnvironmentFields};

constexpr Field kServerWorkloadFields[] = {
    block<&WorkloadSpec::group_ref>("groupRef", kGroupRef, "The group it belongs to."),
    block<&WorkloadSpec::external_auth_config_ref>("externalAuthConfigRef", kExternalAuthRef,
                                                   "How to authenticate to what it calls, or its authorization server."),
    block<&WorkloadSpec::auth_server_ref>("authServerRef", kAuthServerRef, "Its authorization server."),
    block<&WorkloadSpec::oidc_config_ref>("oidcConfigRef", kOidcConfigRef, "Which tokens clients must bring."),
    text<&WorkloadSpec::transport>("transport", "MCP transport of the container.", {.one_of = "stdio|streamable-http|sse", .preset = "stdio"}),
    text<&WorkloadSpec::proxy_mode>("proxyMode", "Transport of the proxy before a stdio server.",
                                    {.one_of = "sse|streamable-http", .preset = "streamable-http"}),
    {"image", FieldType::String, "Container image.", {.required = true}, nullptr, nullptr},
    other("args", FieldType::List),
    other("audit", FieldType::Mapping),
    inline_authz(),
    block<&WorkloadSpec::authz_config_ref>("authzConfigRef", kAuthzRef, "Shared authorization policies."),
    bounded("backendReplicas", FieldType::Integer, {.min = 0}),
    other("endpointPrefix", FieldType::String),
    blocks<&WorkloadSpec::env>("env", kEnvironment, "Variables of the container; for secrets there is `secrets`.", {.unique_by = "name"}),
    bounded("mcpPort", FieldType::Integer, {.min = 1, .max = 65535}),
    other("permissionProfile", FieldType::Mapping),
    other("podTemplateSpec", FieldType::Mapping),
    bounded("proxyPort", FieldType::Integer, {.min = 1, .max = 65535}),
    unserved<&WorkloadSpec::unserved>("rateLimiting", FieldType::Mapping),
    number<&WorkloadSpec::replicas>("replicas", "How many copies run.", {.min = 0}),
    other("resourceOverrides", FieldType::Mapping),
    other("resources", FieldType::Mapping),
    bounded("secrets", FieldType::List, {.unique_by = "name"}),
    other("serviceAccount", FieldType::String),
    bounded("sessionAffinity", FieldType::String, {.one_of = "ClientIP|None"}),
    other("sessionStorage", FieldType::Mapping),
    other("telemetryConfigRef", FieldType::Mapping),
    block<&WorkloadSpec::tool_config_ref>("toolConfigRef", kWorkloadToolConfig, "Filter and overrides of its tools."),
    other("trustProxyHeaders", FieldType::Boolean),
    bounded("volumes", FieldType::List, {.unique_by = "name"}),
    unserved<&WorkloadSpec::unserved>("webhookConfigRef", FieldType::Mapping),
};

constexpr Field kRemoteProxyFields[] = {
    block<&WorkloadSpec::group_ref>("groupRef", kGroupRef, "The group it belongs to."),
    block<&WorkloadSpec::external_auth_config_ref>("externalAuthConfigRef", kExternalAuthRef,
                                                   "How to authenticate to the remote server, or its authorization server."),
    block<&WorkloadSpec::auth_server_ref>("authServerRef", kAuthServerRef, "Its authorization server."),
    block<&WorkloadSpec::oidc_config_ref>("oidcConfigRef", kOidcConfigRef, "Which tokens clients must bring."),
    text<&WorkloadSpec::remote_url>("remoteUrl", "URL of the remote MCP server.", {.required = true, .form = Form::HttpUrl}),
    text<&WorkloadSpec::transport>("transport", "MCP transport.", {.one_of = "sse|streamable-http", .preset = "streamable-http"}),
    block<&WorkloadSpec::header_forward>("headerForward", kHeaderForward, "Headers every request to the remote server gets."),
    other("allowPrivateEndpoint", FieldType::Boolean),
    other("audit", FieldType::Mapping),
    inline_authz(),
    block<&WorkloadSpec::authz_config_ref>("authzConfigRef", kAuthzRef, "Shared authorization policies."),
    other("endpointPrefix", FieldType::String),
    other("podTemplateSpec", FieldType::Mapping),
    bounded("proxyPort", FieldType::Integer, {.min = 1, .max = 65535}),
    number<&WorkloadSpec::replicas>("replicas", "How many copies run.", {.min = 0}),
    other("resourceOverrides", FieldType::Mapping),
    other("resources", FieldType::Mapping),
    other("serviceAccount", FieldType::String),
    bounded("sessionAffinity", FieldType::String, {.one_of = "ClientIP|None"}),
    other("sessionStorage", FieldType::Mapping),
    other("telemetryConfigRef", FieldType::Mapping),
    block<&WorkloadSpec::tool_config_ref>("toolConfigRef", kWorkloadToolConfig, "Filter and overrides of its tools."),
    other("trustProxyHeaders", FieldType::Boolean),
};

constexpr Field kServerEntryFields[] = {
    block<&WorkloadSpec::group_ref>("groupRef", kGroupRef, "The group it belongs to.", {.required = true}),
    block<&WorkloadSpec::external_auth_config_ref>("externalAuthConfigRef", kExternalAuthRef, "How to authenticate to the remote server."),
    text<&WorkloadSpec::remote_url>("remoteUrl", "URL of the remote MCP server.", {.required = true, .form = Form::HttpUrl}),
    text<&WorkloadSpec::transport>("transport", "MCP transport.", {.required = true, .one_of = "sse|streamable-http"}),
    block<&WorkloadSpec::header_forward>("headerForward", kHeaderForward, "Headers every request to the remote server gets."),
    block<&WorkloadSpec::ca_bundle>("caBundleRef", kCaBundle, "The CAs to trust."),
    other("allowPrivateEndpoint", FieldType::Boolean),
};

constexpr Field kAuthzConfigFields[] = {
    text<&AuthzConfigSpec::type>("type", "Which engine reads the policies, for example cedarv1.", {.required = true, .min = 1}),
    {"config", FieldType::Mapping, "The engine's own settings; not checked here.", {.required = true}, nullptr, nullptr},
};

constexpr Field kGroupFields[] = {text<&GroupSpec::description>("description", "For people.")};

}  // namespace

constexpr Object kOidcIncomingShared{"inline", "An OpenID Connect issuer.", kInlineOidcFields};
constexpr Object kOidcConfigSpec{"MCPOIDCConfig spec", "Which tokens clients must bring.", kOidcConfigFields};
constexpr Object kVirtualServerSpec{"VirtualMCPServer spec", "One MCP endpoint before many servers.", kVirtualServerFields};
constexpr Object kServerWorkloadSpec{"MCPServer spec", "An MCP server that runs in the cluster.", kServerWorkloadFields};
constexpr Object kRemoteProxySpec{"MCPRemoteProxy spec", "A proxy before a remote MCP server.", kRemoteProxyFields};
constexpr Object kServerEntrySpec{"MCPServerEntry spec", "A remote MCP server.", kServerEntryFields};
constexpr Object kAuthzConfigSpec{"MCPAuthzConfig spec", "Which calls are allowed.", kAuthzConfigFields};
constexpr Object kGroupSpec{"MCPGroup spec", "Servers that belong together.", kGroupFields};

std::string_view to_string(ResourceKind kind) noexcept {
  switch (kind) {
    case ResourceKind::VirtualMCPServer: return "VirtualMCPServer";
    case ResourceKind::MCPExternalAuthConfig: return "MCPExternalAuthConfig";
    case ResourceKind::MCPOIDCConfig: return "MCPOIDCConfig";
    case ResourceKind::MCPGroup: return "MCPGroup";
    case ResourceKind::MCPServer: return "MCPServer";
    case ResourceKind::MCPRemoteProxy: return "MCPRemoteProxy";
    case ResourceKind::MCPServerEntry: return "MCPServerEntry";
    case ResourceKind::MCPAuthzConfig: return "MCPAuthzConfig";
    case ResourceKind::MCPToolConfig: return "MCPToolConfig";
    case ResourceKind::Secret: return "Secret";
    case ResourceKind::ConfigMap: return "ConfigMap";
  }
  return "resource";
}

}  // namespace vmcpauth::config
