// The correct configurations that the catalogue's examples start from.
#include "core/config/catalogue/catalogue.hpp"

namespace vmcpauth::config::catalogue {
namespace {

constexpr std::string_view kAuthServer = R"(# file: authserver-config.yaml
issuer: https://mcp.example.com
signing_key_config:
  signing_key_file: /keys/signing.pem
hmac_secret_files: [/keys/hmac]
allowed_audiences: [https://mcp.example.com/mcp]
upstreams:
  - name: corp
    type: oidc
    oidc_config:
      issuer_url: https://login.example.com
      client_id: vmcp
      client_secret_file: /keys/corp
)";

constexpr std::string_view kRuntime = R"(# file: vmcp.yaml
name: tools
groupRef: tools
incomingAuth:
  type: oidc
  oidc:
    issuer: https://mcp.example.com
    audience: https://mcp.example.com/mcp
outgoingAuth:
  source: inline
  backends:
    crm:
      type: upstream_inject
      upstreamInject:
        providerName: corp
backends:
  - name: crm
    url: https://crm.example.com/mcp
    transport: streamable-http
# file: authserver-config.yaml
issuer: https://mcp.example.com
signing_key_config:
  signing_key_file: /keys/signing.pem
hmac_secret_files: [/keys/hmac]
allowed_audiences: [https://mcp.example.com/mcp]
upstreams:
  - name: corp
    type: oidc
    oidc_config:
      issuer_url: https://login.example.com
      client_id: vmcp
      client_secret_file: /keys/corp
)";

constexpr std::string_view kManifests = R"(# file: server.yaml
apiVersion: toolhive.stacklok.dev/v1beta1
kind: VirtualMCPServer
metadata:
  name: tools
spec:
  groupRef:
    name: all-tools
  incomingAuth:
    type: oidc
    oidcConfigRef:
      name: incoming
      audience: https://mcp.example.com/mcp
      resourceUrl: https://mcp.example.com/mcp
      scopes: [openid, offline_access]
  authServerConfig:
    issuer: https://mcp.example.com
    signingKeySecretRefs:
      - name: keys
        key: signing.pem
    hmacSecretRefs:
      - name: keys
        key: hmac
    upstreamProviders:
      - name: corp
        type: oidc
        oidcConfig:
          issuerUrl: https://login.example.com
          clientId: vmcp
          redirectUri: https://mcp.example.com/oauth/callback
  outgoingAuth:
    source: inline
    backends:
      crm:
        type: externalAuthConfigRef
        externalAuthConfigRef:
          name: crm-auth
---
apiVersion: toolhive.stacklok.dev/v1beta1
kind: MCPOIDCConfig
metadata:
  name: incoming
spec:
  type: inline
  inline:
    issuer: https://mcp.example.com
---
apiVersion: toolhive.stacklok.dev/v1beta1
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
---
apiVersion: toolhive.stacklok.dev/v1beta1
kind: MCPExternalAuthConfig
metadata:
  name: crm-auth
spec:
  type: upstreamInject
  upstreamInject:
    providerName: corp
)";

constexpr std::string_view kWorkload = R"(# file: server.yaml
apiVersion: toolhive.stacklok.dev/v1beta1
kind: MCPServer
metadata:
  name: crm
spec:
  image: ghcr.io/example/crm
  transport: streamable-http
  authServerRef:
    kind: MCPExternalAuthConfig
    name: crm-login
  oidcConfigRef:
    name: incoming
    audience: https://mcp.example.com/crm
    resourceUrl: https://mcp.example.com/crm
---
apiVersion: toolhive.stacklok.dev/v1beta1
kind: MCPExternalAuthConfig
metadata:
  name: crm-login
spec:
  type: embeddedAuthServer
  embeddedAuthServer:
    issuer: https://mcp.example.com
    signingKeySecretRefs:
      - name: keys
        key: signing.pem
    hmacSecretRefs:
      - name: keys
        key: hmac
    upstreamProviders:
      - name: corp
        type: oidc
        oidcConfig:
          issuerUrl: https://login.example.com
          clientId: vmcp
          redirectUri: https://mcp.example.com/oauth/callback
---
apiVersion: toolhive.stacklok.dev/v1beta1
kind: MCPOIDCConfig
metadata:
  name: incoming
spec:
  type: inline
  inline:
    issuer: https://mcp.example.com
)";

constexpr std::string_view kCrd = R"yaml(# file: crds/mcpgroups.yaml
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: mcpgroups.toolhive.stacklok.dev
spec:
  group: toolhive.stacklok.dev
  scope: Namespaced
  names: {kind: MCPGroup, plural: mcpgroups}
  versions:
    - name: v1beta1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              required: [description]
              properties:
                description: {type: string, maxLength: 20}
                tier: {type: string, enum: [gold, silver]}
                weight: {type: integer, minimum: 1}
                owners:
                  type: array
                  x-kubernetes-list-type: set
                  items: {type: string}
              x-kubernetes-validations:
                - rule: "!has(self.weight) || has(self.tier)"
                  message: weight needs tier
# file: group.yaml
apiVersion: toolhive.stacklok.dev/v1beta1
kind: MCPGroup
metadata:
  name: tools
spec:
  description: all tools
  tier: gold
)yaml";

}  // namespace

std::string_view base_text(Base base) noexcept {
  switch (base) {
    case Base::None: return {};
    case Base::AuthServer: return kAuthServer;
    case Base::Runtime: return kRuntime;
    case Base::Manifests: return kManifests;
    case Base::Workload: return kWorkload;
    case Base::Crd: return kCrd;
  }
  return {};
}

}  // namespace vmcpauth::config::catalogue
