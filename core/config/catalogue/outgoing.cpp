// VMA5xx: what requests to backends carry.
#include <array>

#include "core/config/catalogue/catalogue.hpp"

namespace vmcpauth::config::catalogue {
namespace outgoing {
namespace {

using enum Severity;

constexpr std::string_view kInject = "      type: upstream_inject\n      upstreamInject:\n        providerName: corp\n";

constexpr std::string_view kEnterprise = R"(# file: vmcp.yaml
name: tools
groupRef: tools
incomingAuth:
  type: anonymous
outgoingAuth:
  source: inline
  backends:
    crm:
      type: obo
      obo: {}
backends:
  - name: crm
    url: https://crm.example.com/mcp
    transport: streamable-http
)";
constexpr std::string_view kOpen = R"(# file: vmcp.yaml
name: tools
groupRef: tools
incomingAuth:
  type: anonymous
outgoingAuth:
  source: inline
  backends:
    crm:
      type: unauthenticated
backends:
  - name: crm
    url: https://crm.example.com/mcp
    transport: streamable-http
)";

constexpr auto kRules = std::to_array<RuleInfo>({
    {.rule = Rule::InjectWithoutAuthServer,
     .severity = Error,
     .title = "upstream_inject needs an embedded authorization server",
     .why = "Only the embedded authorization server logs users in at the provider and keeps their tokens; with an external issuer there is nothing to inject.",
     .source = "V-01 (THV-0053)",
     .example = change(Base::Manifests,
                       "  authServerConfig:\n    issuer: https://mcp.example.com\n    signingKeySecretRefs:\n      - name: keys\n        key: signing.pem\n"
                       "    hmacSecretRefs:\n      - name: keys\n        key: hmac\n    upstreamProviders:\n      - name: corp\n        type: oidc\n"
                       "        oidcConfig:\n          issuerUrl: https://login.example.com\n          clientId: vmcp\n"
                       "          redirectUri: https://mcp.example.com/oauth/callback\n",
                       "")},
    {.rule = Rule::UnknownProvider,
     .severity = Error,
     .title = "A provider name is not among the upstreams",
     .why = "No token is ever stored under that name: every call to the backend fails with \"upstream token not found\".",
     .source = "V-02 (THV-0053)",
     .example = change(Base::Runtime, "        providerName: corp\n", "        providerName: crop\n")},
    {.rule = Rule::ImplicitSubjectProvider,
     .severity = Warning,
     .title = "Token exchange does not say whose token it exchanges",
     .why = "ToolHive takes the first upstream. When another one is put before it, another provider's token goes to the exchange. With a single upstream "
            "this is a note.",
     .source = "V-03 (THV-0053); RFC 8693 section 2.1",
     .example = replace(Base::Runtime, kInject,
                        "      type: token_exchange\n      tokenExchange:\n        tokenUrl: https://crm.example.com/token\n        audience: crm\n",
                        "      type: token_exchange\n      tokenExchange:\n        tokenUrl: https://crm.example.com/token\n        audience: crm\n"
                        "        subjectProviderName: corp\n")},
    {.rule = Rule::EmptyProvider,
     .severity = Error,
     .title = "upstream_inject needs the name of a provider",
     .why = "An empty name means the upstream \"default\", which exists only when a single upstream has no name.",
     .source = "V-06 (THV-0053)",
     .example = change(Base::Runtime, "        providerName: corp\n", "        providerName: \"\"\n")},
    {.rule = Rule::AmbiguousSubjectProvider,
     .severity = Error,
     .title = "With several upstreams the subject provider must be named",
     .why = "It would be chance whose ID token proves the user's identity to the other side.",
     .source = "V-03 (THV-0053); draft-ietf-oauth-identity-assertion-authz-grant",
     .example = inputs(R"(# file: vmcp.yaml
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
      type: xaa
      xaa:
        idpTokenUrl: https://login.example.com/token
        targetTokenUrl: https://crm.example.com/token
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
  - name: partner
    type: oidc
    oidc_config:
      issuer_url: https://partner.example.com
      client_id: vmcp
)",
                       R"(# file: vmcp.yaml
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
      type: xaa
      xaa:
        idpTokenUrl: https://login.example.com/token
        targetTokenUrl: https://crm.example.com/token
        subjectProviderName: corp
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
  - name: partner
    type: oidc
    oidc_config:
      issuer_url: https://partner.example.com
      client_id: vmcp
)")},
    {.rule = Rule::UnsupportedStrategy,
     .severity = Error,
     .title = "A strategy is recognised but cannot be run here",
     .why = "aws_sts and xaa are checked and not run, and obo exists in enterprise builds of ToolHive only. The configuration may be right for the cluster; "
            "this machine cannot run it.",
     .source = "vmcpauth",
     .example = inputs(kEnterprise, kOpen).when(Moment::Serve)},
    {.rule = Rule::InjectionDisabled,
     .severity = Error,
     .title = "A strategy needs the upstream tokens whose injection is disabled",
     .why = "disable_upstream_token_injection removes credentials after the incoming check; the strategy would find no token for any request.",
     .source = "THV-0054; ToolHive operator",
     .example = change(Base::Runtime, "hmac_secret_files: [/keys/hmac]\n", "hmac_secret_files: [/keys/hmac]\ndisable_upstream_token_injection: true\n")},
    {.rule = Rule::PassthroughHeader,
     .severity = Error,
     .title = "A header cannot be passed through to backends",
     .why = "Authorization and cookies belong to one side of the boundary, Host and hop-by-hop headers to one connection: ToolHive refuses them in the list.",
     .source = "RFC 9110 section 7.6.1; ToolHive pkg/vmcp",
     .example = replace(Base::Runtime, "groupRef: tools\n", "groupRef: tools\npassthroughHeaders: [Authorization]\n",
                        "groupRef: tools\npassthroughHeaders: [X-Request-Id]\n")},
    {.rule = Rule::InjectedHeader,
     .severity = Error,
     .title = "A header cannot be set on requests to backends",
     .why = "The proxy sets it itself, or it describes the connection: a fixed value would break the request or let it be smuggled.",
     .source = "RFC 9110 section 7.6.1; RFC 9112 section 6",
     .example = replace(Base::Runtime, kInject,
                        "      type: header_injection\n      headerInjection:\n        headerName: Transfer-Encoding\n        headerValueEnv: CRM_KEY\n",
                        "      type: header_injection\n      headerInjection:\n        headerName: X-Api-Key\n        headerValueEnv: CRM_KEY\n")},
    {.rule = Rule::StrategyWithoutBackend,
     .severity = Warning,
     .title = "A strategy is configured for a backend that does not exist",
     .why = "The backend that was meant gets the default instead, which is often no credential at all.",
     .source = "ToolHive outgoingAuth.backends",
     .example = change(Base::Runtime, "    crm:\n      type", "    cmr:\n      type")},
    {.rule = Rule::NotForVirtualServer,
     .severity = Warning,
     .title = "ToolHive's virtual server refuses this strategy",
     .why = "bearerToken is for MCPRemoteProxy. A VirtualMCPServer has no such strategy and leaves the backend out.",
     .source = "ToolHive pkg/vmcp/auth/converters",
     .example = replace(Base::Manifests, "  type: upstreamInject\n  upstreamInject:\n    providerName: corp\n",
                        "  type: bearerToken\n  bearerToken:\n    tokenSecretRef: {name: crm, key: token}\n",
                        "  type: headerInjection\n  headerInjection:\n    headerName: Authorization\n    valueSecretRef: {name: crm, key: token}\n")},
    {.rule = Rule::IncompleteStrategy,
     .severity = Error,
     .title = "A strategy lacks something it needs",
     .why = "The credential it should send cannot be made.",
     .source = "ToolHive pkg/vmcp/auth/strategies",
     .example = replace(Base::Runtime, kInject, "      type: header_injection\n      headerInjection:\n        headerName: X-Api-Key\n",
                        "      type: header_injection\n      headerInjection:\n        headerName: X-Api-Key\n        headerValueEnv: CRM_KEY\n")},
});

}  // namespace
}  // namespace outgoing

std::span<const RuleInfo> outgoing_rules() noexcept { return outgoing::kRules; }

}  // namespace vmcpauth::config::catalogue
