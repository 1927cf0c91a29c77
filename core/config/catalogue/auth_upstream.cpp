// …VMA499: upstreams, whose server it is, and incoming authentication.
#include <array>

#include "core/config/catalogue/catalogue.hpp"

namespace vmcpauth::config::catalogue {
namespace auth_upstream {
namespace {

using enum Severity;

constexpr std::string_view kOidcBlock = R"(    type: oidc
    oidc_config:
      issuer_url: https://login.example.com
      client_id: vmcp
      client_secret_file: /keys/corp
)";

constexpr auto kRules = std::to_array<RuleInfo>({
    {.rule = Rule::EndpointForm,
     .severity = Error,
     .title = "An upstream URL is not usable",
     .why = "Codes, client secrets and tokens travel to it: it must be https without fragment, user name or password. http is for localhost, or with "
            "insecure_allow_http.",
     .source = "RFC 6749 section 3.1; RFC 9700 section 2.6",
     .example = change(Base::AuthServer, "https://login.example.com", "http://login.example.com")},
    {.rule = Rule::ClientRegistration,
     .severity = Error,
     .title = "It is not clear how to be a client of the upstream",
     .why = "Either there is a client identifier, or one is registered (dcr_config) at exactly one place; both or neither cannot work.",
     .source = "RFC 7591; ToolHive pkg/authserver/config.go",
     .example = replace(Base::AuthServer, kOidcBlock,
                        "    type: oauth2\n    oauth2_config:\n      authorization_endpoint: https://login.example.com/authorize\n"
                        "      token_endpoint: https://login.example.com/token\n      userinfo:\n        endpoint_url: https://login.example.com/me\n",
                        "    type: oauth2\n    oauth2_config:\n      authorization_endpoint: https://login.example.com/authorize\n"
                        "      token_endpoint: https://login.example.com/token\n      client_id: vmcp\n      userinfo:\n"
                        "        endpoint_url: https://login.example.com/me\n")},
    {.rule = Rule::ReservedParameter,
     .severity = Error,
     .title = "An authorization parameter belongs to the protocol and cannot be overridden",
     .why = "state, nonce, PKCE and the rest protect the login; a fixed value would switch that protection off.",
     .source = "RFC 6749 section 4.1.1; RFC 7636 section 4.3",
     .example = replace(Base::AuthServer, "      client_id: vmcp\n", "      client_id: vmcp\n      additional_authorization_params: {state: fixed}\n",
                        "      client_id: vmcp\n      additional_authorization_params: {prompt: consent}\n")},
    {.rule = Rule::RedirectUriForm,
     .severity = Error,
     .title = "A redirect URI is not usable",
     .why = "Authorization codes travel to it: it must be an absolute https URL without fragment. http is for localhost.",
     .source = "RFC 6749 section 3.1.2; RFC 9700 section 2.6",
     .example = replace(Base::AuthServer, "      client_id: vmcp\n", "      client_id: vmcp\n      redirect_uri: http://mcp.example.com/oauth/callback\n",
                        "      client_id: vmcp\n      redirect_uri: https://mcp.example.com/oauth/callback\n")},
    {.rule = Rule::SyntheticIdentity,
     .severity = Warning,
     .title = "An OAuth 2.0 upstream says nothing about who the user is",
     .why = "Without userinfo and identity_from_token the user is made up from the access token: with the next token it is somebody else, and nothing that "
            "was stored for the user is found again.",
     .source = "ToolHive pkg/authserver/upstream",
     .example = replace(Base::AuthServer, kOidcBlock,
                        "    type: oauth2\n    oauth2_config:\n      authorization_endpoint: https://login.example.com/authorize\n"
                        "      token_endpoint: https://login.example.com/token\n      client_id: vmcp\n",
                        "    type: oauth2\n    oauth2_config:\n      authorization_endpoint: https://login.example.com/authorize\n"
                        "      token_endpoint: https://login.example.com/token\n      client_id: vmcp\n      userinfo:\n"
                        "        endpoint_url: https://login.example.com/me\n")},
    {.rule = Rule::TooManyUpstreams,
     .severity = Error,
     .title = "An MCPServer or MCPRemoteProxy can use one upstream only",
     .why = "Its authorization server logs users in at one provider and the operator refuses more; several upstreams are what a VirtualMCPServer is for.",
     .source = "THV-0054; ToolHive operator",
     .example =
         change(Base::Workload, "          issuerUrl: https://login.example.com\n          clientId: vmcp\n",
                "          issuerUrl: https://login.example.com\n          clientId: vmcp\n          redirectUri: https://mcp.example.com/oauth/callback\n"
                "      - name: partner\n        type: oidc\n        oidcConfig:\n"
                "          issuerUrl: https://partner.example.com\n          clientId: vmcp\n")},
    {.rule = Rule::CimdBounds,
     .severity = Error,
     .title = "The client metadata document cache has impossible bounds",
     .why = "A cache cannot hold fewer than no documents, nor keep them for no time.",
     .source = "ToolHive pkg/authserver/config.go",
     .example = replace(Base::AuthServer, "hmac_secret_files:", "cimd: {enabled: true, cache_max_size: -1}\nhmac_secret_files:",
                        "cimd: {enabled: true, cache_max_size: 256}\nhmac_secret_files:")},
    {.rule = Rule::PrimaryUpstream,
     .severity = Error,
     .title = "The primary upstream is not among the upstreams",
     .why = "Authorization policies would see no claims at all and deny every call.",
     .source = "ToolHive VirtualMCPServer.spec.authServerConfig.primaryUpstreamProvider",
     .example = replace(Base::Manifests, "    upstreamProviders:\n", "    primaryUpstreamProvider: crop\n    upstreamProviders:\n",
                        "    primaryUpstreamProvider: corp\n    upstreamProviders:\n")},
    {.rule = Rule::AudienceNotResource,
     .severity = Error,
     .title = "With an authorization server the audience must be the resource URL",
     .why = "An MCPServer's authorization server issues tokens for resourceUrl and checks them against audience: when they differ, every request gets 401.",
     .source = "V-07 (THV-0053); RFC 8707 section 2",
     .example = change(Base::Workload, "    audience: https://mcp.example.com/crm\n", "    audience: crm\n")},
    {.rule = Rule::IncomingAuth,
     .severity = Error,
     .title = "Incoming authentication is not usable",
     .why = "Keys and metadata of the issuer must be reachable by https, and the block of the type must be there: otherwise no token can be checked.",
     .source = "RFC 8414 section 3; RFC 7662 section 4",
     .example = replace(Base::Runtime, "    audience: https://mcp.example.com/mcp\n",
                        "    audience: https://mcp.example.com/mcp\n    jwksUrl: http://mcp.example.com/.well-known/jwks.json\n",
                        "    audience: https://mcp.example.com/mcp\n    jwksUrl: https://mcp.example.com/.well-known/jwks.json\n")},
    {.rule = Rule::RedirectElsewhere,
     .severity = Warning,
     .title = "A redirect URI leads to somewhere else",
     .why = "The provider sends the user's browser there with the code. The authorization server waits at /oauth/callback of its own origin and nowhere else, "
            "so that the login never ends.",
     .source = "ToolHive pkg/authserver/server/handlers; RFC 9700 section 4.1",
     .example = replace(Base::AuthServer, "      client_id: vmcp\n", "      client_id: vmcp\n      redirect_uri: https://mcp.example.com/callback\n",
                        "      client_id: vmcp\n      redirect_uri: https://mcp.example.com/oauth/callback\n")},
    {.rule = Rule::RedirectDerived,
     .severity = Warning,
     .title = "A redirect URI that is left out leads to somewhere else in the cluster",
     .why = "ToolHive's operator makes {resourceUrl}/oauth/callback of it. The authorization server waits at /oauth/callback of its own origin: with a "
            "resourceUrl that ends in /mcp, or without any, the login never ends. On a laptop vmcpauth puts its own address there, so that it works.",
     .source = "ToolHive cmd/thv-operator/pkg/controllerutil/authserver.go; pkg/authserver/server/handlers",
     .example =
         change(Base::Manifests, "          clientId: vmcp\n          redirectUri: https://mcp.example.com/oauth/callback\n", "          clientId: vmcp\n")},
});

}  // namespace
}  // namespace auth_upstream

std::span<const RuleInfo> auth_upstream_rules() noexcept { return auth_upstream::kRules; }

}  // namespace vmcpauth::config::catalogue
