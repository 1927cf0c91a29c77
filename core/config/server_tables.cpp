#include "core/config/decoder.hpp"
#include "core/config/model.hpp"
#include "core/config/tables.hpp"
#include "core/config/unserved_field.hpp"

namespace vmcpauth::config {
namespace {

using table::block;
using table::block_map;
using table::blocks;
using table::flag;
using table::other;
using table::secret_env;
using table::text;
using table::texts;
using table::unserved;

constexpr Field kRuntimeOidcFields[] = {
    text<&OidcIncomingSpec::issuer>("issuer", "Exact issuer of the tokens clients bring.", {.required = true, .form = Form::HttpUrl}),
    text<&OidcIncomingSpec::client_id>("clientId", "Client identifier for introspection."),
    secret_env<&OidcIncomingSpec::client_secret>("clientSecretEnv", "Environment variable with the client secret for introspection."),
    text<&OidcIncomingSpec::audience>("audience", "Exact audience the tokens must have.", {.required = true}),
    text<&OidcIncomingSpec::resource>("resource", "Resource identifier (RFC 9728)."),
    text<&OidcIncomingSpec::jwks_url>("jwksUrl", "Keys; else found by discovery.", {.form = Form::HttpUrl}),
    text<&OidcIncomingSpec::introspection_url>("introspectionUrl", "For opaque tokens (RFC 7662).", {.form = Form::HttpUrl}),
    texts<&OidcIncomingSpec::scopes>("scopes", "Scopes to advertise and demand."),
    flag<&OidcIncomingSpec::protected_resource_allow_private_ip>("protectedResourceAllowPrivateIp", "Let the resource's endpoints be private."),
    flag<&OidcIncomingSpec::jwks_allow_private_ip>("jwksAllowPrivateIp", "Let the keys come from a private address."),
    flag<&OidcIncomingSpec::insecure_allow_http>("insecureAllowHttp", "Allow an http issuer."),
    text<&OidcIncomingSpec::ca_bundle_path>("caBundlePath", "PEM file with the CAs to trust.", {.form = Form::AbsolutePath}),
};
constexpr Object kRuntimeOidc{"oidc", "Which tokens clients must bring.", kRuntimeOidcFields};

constexpr Field kRuntimeIncomingFields[] = {
    text<&IncomingSpec::type>("type", "Whether clients need a token.", {.required = true, .one_of = "oidc|anonymous|local"}),
    block<&IncomingSpec::oidc>("oidc", kRuntimeOidc, "Which tokens clients must bring."),
    unserved<&IncomingSpec::unserved>("authz", FieldType::Mapping),
};
constexpr Object kRuntimeIncoming{"incomingAuth", "How clients authenticate.", kRuntimeIncomingFields};

constexpr Field kRuntimeOutgoingFields[] = {
    text<&OutgoingSpec::source>("source", "Where strategies come from.", {.required = true, .one_of = "inline|discovered"}),
    block<&OutgoingSpec::fallback>("default", kStrategy, "For backends that are not named."),
    block_map<&OutgoingSpec::backends>("backends", kStrategy, "Strategy by backend name."),
};
constexpr Object kRuntimeOutgoing{"outgoingAuth", "How to authenticate to backends.", kRuntimeOutgoingFields};

constexpr Field kRuntimeBackendFields[] = {
    text<&BackendSpec::name>("name", "Name of the backend.", {.required = true}),
    text<&BackendSpec::url>("url", "URL of its MCP endpoint.", {.required = true, .form = Form::HttpUrl}),
    text<&BackendSpec::transport>("transport", "MCP transport.", {.required = true, .one_of = "sse|streamable-http"}),
    text<&BackendSpec::type>("type", "\"entry\" for a remote server without a workload.", {.one_of = "entry|"}),
    text<&BackendSpec::ca_bundle_path>("caBundlePath", "PEM file with the CAs to trust (entries only).", {.form = Form::AbsolutePath}),
    other("metadata", FieldType::StringPairs),
};
constexpr Object kRuntimeBackend{"backend", "One MCP server behind the virtual one.", kRuntimeBackendFields};

// What a runtime YAML has; in VirtualMCPServer.spec.config name, groupRef and the auth blocks are filled by the operator.
constexpr Field kServerFields[] = {
    text<&ServerSpec::name>("name", "Name of the virtual server.", {.required = true}),
    text<&ServerSpec::group>("groupRef", "ToolHive group of the backends.", {.required = true}),
    blocks<&ServerSpec::backends>("backends", kRuntimeBackend, "Backends that are fixed.", {.unique_by = "name"}),
    block<&ServerSpec::incoming>("incomingAuth", kRuntimeIncoming, "How clients authenticate.", {.required = true}),
    block<&ServerSpec::outgoing>("outgoingAuth", kRuntimeOutgoing, "How to authenticate to backends.", {.required = true}),
    texts<&ServerSpec::passthrough_headers>("passthroughHeaders", "Headers of the client that every backend gets."),
    block<&ServerSpec::aggregation>("aggregation", kAggregation, "How backends become one server."),
    unserved<&ServerSpec::unserved>("compositeTools", FieldType::List),
    unserved<&ServerSpec::unserved>("compositeToolRefs", FieldType::List),
    block<&ServerSpec::operational>("operational", kOperational, "Timeouts and failure handling."),
    other("metadata", FieldType::StringPairs),
    unserved<&ServerSpec::unserved>("telemetry", FieldType::Mapping),
    unserved<&ServerSpec::unserved>("audit", FieldType::Mapping),
    unserved<&ServerSpec::unserved>("optimizer", FieldType::Mapping),
    unserved<&ServerSpec::unserved>("codeMode", FieldType::Mapping),
    other("sessionStorage", FieldType::Mapping),
    unserved<&ServerSpec::unserved>("rateLimiting", FieldType::Mapping),
};
constexpr Field kServerInManifestFields[] = {
    text<&ServerSpec::name>("name", "Set by the operator."),
    text<&ServerSpec::group>("groupRef", "Set by the operator."),
    blocks<&ServerSpec::backends>("backends", kRuntimeBackend, "Backends that are fixed.", {.unique_by = "name"}),
    block<&ServerSpec::incoming>("incomingAuth", kRuntimeIncoming, "Set by the operator."),
    block<&ServerSpec::outgoing>("outgoingAuth", kRuntimeOutgoing, "Set by the operator."),
    texts<&ServerSpec::passthrough_headers>("passthroughHeaders", "Headers of the client that every backend gets."),
    block<&ServerSpec::aggregation>("aggregation", kAggregation, "How backends become one server."),
    unserved<&ServerSpec::unserved>("compositeTools", FieldType::List),
    unserved<&ServerSpec::unserved>("compositeToolRefs", FieldType::List),
    block<&ServerSpec::operational>("operational", kOperational, "Timeouts and failure handling."),
    other("metadata", FieldType::StringPairs),
    other("telemetry", FieldType::Mapping, "Not read by the operator, which takes telemetryConfigRef; not checked here."),
    unserved<&ServerSpec::unserved>("audit", FieldType::Mapping),
    unserved<&ServerSpec::unserved>("optimizer", FieldType::Mapping),
    unserved<&ServerSpec::unserved>("codeMode", FieldType::Mapping),
    other("sessionStorage", FieldType::Mapping),
    unserved<&ServerSpec::unserved>("rateLimiting", FieldType::Mapping),
};

}  // namespace

constexpr Object kServer{"vMCP configuration", "What `vmcp serve --config` reads.", kServerFields};
constexpr Object kServerInManifest{"config", "Runtime settings of a VirtualMCPServer.", kServerInManifestFields};

}  // namespace vmcpauth::config
