// VMA3xx: what refers to what.
#include <array>

#include "core/config/catalogue/catalogue.hpp"

namespace vmcpauth::config::catalogue {
namespace references {
namespace {

using enum Severity;

constexpr std::string_view kEntryWithoutSecret = R"(apiVersion: toolhive.stacklok.dev/v1beta1
kind: MCPExternalAuthConfig
metadata:
  name: crm-auth
spec:
  type: bearerToken
  bearerToken:
    tokenSecretRef:
      name: crm
      key: token
---
apiVersion: v1
kind: Secret
metadata:
  name: crm
stringData:
  tokens: hunter2
)";
constexpr std::string_view kEntryWithSecret = R"(apiVersion: toolhive.stacklok.dev/v1beta1
kind: MCPExternalAuthConfig
metadata:
  name: crm-auth
spec:
  type: bearerToken
  bearerToken:
    tokenSecretRef:
      name: crm
      key: token
---
apiVersion: v1
kind: Secret
metadata:
  name: crm
stringData:
  token: hunter2
)";

constexpr std::string_view kMistypedGroup = R"(apiVersion: toolhive.stacklok.dev/v1beta1
kind: MCPGroup
metadata:
  name: all-tools
spec: {}
---
apiVersion: toolhive.stacklok.dev/v1beta1
kind: MCPServerEntry
metadata:
  name: crm
spec:
  groupRef:
    name: al-tools
  remoteUrl: https://crm.example.com/mcp
  transport: streamable-http
)";
constexpr std::string_view kGroup = R"(apiVersion: toolhive.stacklok.dev/v1beta1
kind: MCPGroup
metadata:
  name: all-tools
spec: {}
---
apiVersion: toolhive.stacklok.dev/v1beta1
kind: MCPServerEntry
metadata:
  name: crm
spec:
  groupRef:
    name: all-tools
  remoteUrl: https://crm.example.com/mcp
  transport: streamable-http
)";

// For serve: nothing but the strategy needs a value that is not there.
constexpr std::string_view kWithoutValue = R"(# file: vmcp.yaml
name: tools
groupRef: tools
incomingAuth:
  type: anonymous
outgoingAuth:
  source: inline
  backends:
    crm:
      type: header_injection
      headerInjection:
        headerName: X-Api-Key
        headerValueEnv: CRM_KEY
backends:
  - name: crm
    url: https://crm.example.com/mcp
    transport: streamable-http
)";
constexpr std::string_view kWithValue = R"(# file: vmcp.yaml
name: tools
groupRef: tools
incomingAuth:
  type: anonymous
outgoingAuth:
  source: inline
  backends:
    crm:
      type: header_injection
      headerInjection:
        headerName: X-Api-Key
        headerValueEnv: CRM_KEY
backends:
  - name: crm
    url: https://crm.example.com/mcp
    transport: streamable-http
# file: vmcpauth.toml
[env]
CRM_KEY = "file:crm-key.txt"
# file: crm-key.txt
hunter2
)";

constexpr auto kRules = std::to_array<RuleInfo>({
    {.rule = Rule::MissingResource,
     .severity = Error,
     .title = "A resource that is referred to is not in the input",
     .why = "The operator waits for it for ever, or sets the resource to failed. It is an error when the namespace's other resources of that kind are in "
            "the input, and a note when they may be elsewhere.",
     .source = "ToolHive operator, same-namespace references",
     .example = inputs(kMistypedGroup, kGroup)},
    {.rule = Rule::MissingSecretKey,
     .severity = Error,
     .title = "A Secret or ConfigMap has no such key",
     .why = "The pod does not start: CreateContainerConfigError.",
     .source = "Kubernetes Secret",
     .example = inputs(kEntryWithoutSecret, kEntryWithSecret)},
    {.rule = Rule::SecretUnavailable,
     .severity = Error,
     .title = "The value of a secret cannot be found",
     .why = "serve needs every secret that the chosen server uses: from a Secret in the input, a file, the environment, or [secrets], [env] and [files] of "
            "vmcpauth.toml.",
     .source = "vmcpauth",
     .example = inputs(kWithoutValue, kWithValue).when(Moment::Serve)},
    {.rule = Rule::NoSuchServer,
     .severity = Error,
     .title = "It is not clear which server to run",
     .why = "serve runs one server. With several in the input, --server or server in vmcpauth.toml chooses.",
     .source = "vmcpauth",
     .example = inputs("apiVersion: toolhive.stacklok.dev/v1beta1\nkind: MCPGroup\nmetadata:\n  name: tools\nspec: {}\n",
                       "name: tools\ngroupRef: tools\nincomingAuth: {type: anonymous}\noutgoingAuth: {source: inline}\n")
                    .when(Moment::Serve)},
    {.rule = Rule::BackendWithoutUrl,
     .severity = Error,
     .title = "A backend has no URL that can be reached from here",
     .why = "An MCPServer runs in the cluster. To run the rest here, vmcpauth.toml says where it is reached: by a port-forward, or as a local process.",
     .source = "vmcpauth",
     .example = inputs(R"(# file: server.yaml
apiVersion: toolhive.stacklok.dev/v1beta1
kind: VirtualMCPServer
metadata:
  name: tools
spec:
  groupRef:
    name: all-tools
  incomingAuth:
    type: anonymous
---
apiVersion: toolhive.stacklok.dev/v1beta1
kind: MCPServer
metadata:
  name: crm
spec:
  groupRef:
    name: all-tools
  image: ghcr.io/example/crm
)",
                       R"(# file: server.yaml
apiVersion: toolhive.stacklok.dev/v1beta1
kind: VirtualMCPServer
metadata:
  name: tools
spec:
  groupRef:
    name: all-tools
  incomingAuth:
    type: anonymous
---
apiVersion: toolhive.stacklok.dev/v1beta1
kind: MCPServer
metadata:
  name: crm
spec:
  groupRef:
    name: all-tools
  image: ghcr.io/example/crm
# file: vmcpauth.toml
[backends.crm]
url = "http://127.0.0.1:8080/mcp"
)")
                    .when(Moment::Serve)},
    {.rule = Rule::UnusedOverlayEntry,
     .severity = Warning,
     .title = "An entry of vmcpauth.toml matches nothing",
     .why = "It was meant to change something and changes nothing; usually a name is mistyped.",
     .source = "vmcpauth",
     .example = replace(Base::Runtime, "# file: authserver-config.yaml\n",
                        "# file: vmcpauth.toml\n[backends.cmr]\nurl = \"http://127.0.0.1:8080/mcp\"\n# file: authserver-config.yaml\n",
                        "# file: vmcpauth.toml\n[backends.crm]\nurl = \"http://127.0.0.1:8080/mcp\"\n# file: authserver-config.yaml\n")},
    {.rule = Rule::NoBackends,
     .severity = Warning,
     .title = "A server has no backends",
     .why = "Clients see an MCP server without tools. The members of its group may be elsewhere; then this is a note.",
     .source = "ToolHive MCPGroup",
     .example = change(Base::Manifests, "spec:\n  groupRef:\n    name: all-tools\n  remoteUrl:", "spec:\n  groupRef:\n    name: other-tools\n  remoteUrl:")},
    {.rule = Rule::WeakSecret,
     .severity = Error,
     .title = "A secret is too short",
     .why = "Codes and refresh tokens are protected by HMAC-SHA-256 and delegate clients authenticate with their secret: both need at least 32 characters "
            "that nobody can guess.",
     .source = "RFC 2104 section 3; ToolHive pkg/authserver/config.go",
     .example = replace(Base::Manifests, "---\napiVersion: toolhive.stacklok.dev/v1beta1\nkind: MCPOIDCConfig",
                        "---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: keys\nstringData:\n  signing.pem: from-a-sealed-secret\n  hmac: hunter2\n"
                        "---\napiVersion: toolhive.stacklok.dev/v1beta1\nkind: MCPOIDCConfig",
                        "---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: keys\nstringData:\n  signing.pem: from-a-sealed-secret\n"
                        "  hmac: 0123456789abcdef0123456789abcdef\n"
                        "---\napiVersion: toolhive.stacklok.dev/v1beta1\nkind: MCPOIDCConfig")},
    {.rule = Rule::WrongKindOfConfig,
     .severity = Error,
     .title = "A reference names a configuration that cannot be used there",
     .why = "An authorization server is no way to authenticate to a backend, and a strategy is no authorization server.",
     .source = "ToolHive MCPExternalAuthConfig",
     .example = change(Base::Manifests, "  type: upstreamInject\n  upstreamInject:\n    providerName: corp\n",
                       "  type: embeddedAuthServer\n  embeddedAuthServer:\n    issuer: https://crm.example.com\n    upstreamProviders:\n      - name: corp\n"
                       "        type: oidc\n        oidcConfig:\n          issuerUrl: https://login.example.com\n          clientId: crm\n")},
});

}  // namespace
}  // namespace references

std::span<const RuleInfo> reference_rules() noexcept { return references::kRules; }

}  // namespace vmcpauth::config::catalogue
