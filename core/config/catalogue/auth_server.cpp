// VMA401…: the authorization server itself and the tokens it issues.
#include <array>

#include "core/config/catalogue/catalogue.hpp"

namespace vmcpauth::config::catalogue {
namespace auth_server {
namespace {

using enum Severity;

constexpr std::string_view kAudiences = "allowed_audiences: [https://mcp.example.com/mcp]\n";
constexpr std::string_view kHmac = "hmac_secret_files: [/keys/hmac]\n";

constexpr auto kRules = std::to_array<RuleInfo>({
    {.rule = Rule::IssuerForm,
     .severity = Error,
     .title = "The issuer is not a usable issuer identifier",
     .why = "Clients compare the issuer of metadata and tokens byte for byte and fetch its metadata below it: it must be an https URL without query, "
            "fragment, user name or trailing slash. http is for localhost, or with insecure_allow_http.",
     .source = "RFC 8414 section 2; V-05 (THV-0053)",
     .example = change(Base::AuthServer, "issuer: https://mcp.example.com\nsigning", "issuer: https://mcp.example.com/?tenant=1\nsigning")},
    {.rule = Rule::IssuerMismatch,
     .severity = Error,
     .title = "The authorization server's issuer is not the issuer that tokens are checked against",
     .why = "Every token it issues is refused by the incoming check of the same server: users log in and then get 401. The comparison is byte for byte.",
     .source = "V-04 (THV-0053); RFC 9068 section 4",
     .example = change(Base::Runtime, "    issuer: https://mcp.example.com\n", "    issuer: https://mcp.example.com/\n")},
    {.rule = Rule::AudienceNotAllowed,
     .severity = Error,
     .title = "The authorization server never issues the audience that tokens are checked for",
     .why = "Tokens carry one of the allowed audiences, and the incoming check wants another one: every request gets 401.",
     .source = "V-07 (THV-0053); RFC 8707 section 2; RFC 9068 section 4",
     .example = change(Base::Runtime, "    audience: https://mcp.example.com/mcp\n", "    audience: https://mcp.example.com\n")},
    {.rule = Rule::AuthServerNeedsOidc,
     .severity = Error,
     .title = "An authorization server needs incoming authentication of type oidc",
     .why = "Users would log in for a token that nobody asks for, and without it no upstream token can be found for a request.",
     .source = "THV-0053; ToolHive operator",
     .example = change(Base::Runtime, "  type: oidc\n  oidc:\n    issuer: https://mcp.example.com\n    audience: https://mcp.example.com/mcp\n",
                       "  type: anonymous\n")},
    {.rule = Rule::NoUpstream,
     .severity = Error,
     .title = "The authorization server has no upstream identity provider",
     .why = "It has no users of its own: somebody else must say who the user is.",
     .source = "V-05 (THV-0053)",
     .example = change(Base::AuthServer,
                       "upstreams:\n  - name: corp\n    type: oidc\n    oidc_config:\n      issuer_url: https://login.example.com\n      client_id: vmcp\n"
                       "      client_secret_file: /keys/corp\n",
                       "upstreams: []\n")},
    {.rule = Rule::UpstreamName,
     .severity = Error,
     .title = "An upstream's name cannot be used",
     .why = "Tokens are stored by it and strategies name it: it is a DNS label, and with several upstreams each needs a name other than \"default\".",
     .source = "V-05 (THV-0054); RFC 1123 section 2.1",
     .example = change(Base::AuthServer, "  - name: corp\n", "  - name: Corp Login\n")},
    {.rule = Rule::NoAllowedAudience,
     .severity = Error,
     .title = "The authorization server has no allowed audience",
     .why = "Tokens are bound to the resource they are for. Without an allowed audience every request for a token is refused with invalid_target.",
     .source = "RFC 8707 section 2; V-05 (THV-0053)",
     .example = change(Base::AuthServer, kAudiences, "allowed_audiences: []\n")},
    {.rule = Rule::AudienceForm,
     .severity = Error,
     .title = "An audience is not an absolute http(s) URI",
     .why = "MCP clients send the server's URL as resource, and a resource is an absolute URI without fragment.",
     .source = "RFC 8707 section 2; MCP 2025-11-25 authorization",
     .example = change(Base::AuthServer, kAudiences, "allowed_audiences: [mcp-tools]\n")},
    {.rule = Rule::ScopeNotSupported,
     .severity = Error,
     .title = "A scope is not among the supported scopes",
     .why = "Clients registered with it could never get it: the token endpoint answers invalid_scope.",
     .source = "V-05 (THV-0053); RFC 6749 section 3.3",
     .example =
         replace(Base::AuthServer, kHmac, "hmac_secret_files: [/keys/hmac]\nscopes_supported: [openid, offline_access]\nbaseline_client_scopes: [email]\n",
                 "hmac_secret_files: [/keys/hmac]\nscopes_supported: [openid, email, offline_access]\nbaseline_client_scopes: [email]\n")},
    {.rule = Rule::ConfidentialOverHttp,
     .severity = Error,
     .title = "Client secrets would travel over plain http",
     .why = "Everybody on the way could read them and act as the client.",
     .source = "RFC 6749 section 2.3.1; RFC 9700 section 2.6",
     .example = replace(Base::AuthServer, "issuer: https://mcp.example.com\nsigning",
                        "issuer: http://localhost:4483\nallow_confidential_client_registration: true\nsigning",
                        "issuer: https://mcp.example.com\nallow_confidential_client_registration: true\nsigning")},
    {.rule = Rule::ForceConfidentialUris,
     .severity = Error,
     .title = "Forced-confidential redirect URIs cannot work as configured",
     .why = "They need confidential registration to be allowed, and https: a client on loopback is public whatever it says.",
     .source = "RFC 8252 section 8.4; ToolHive pkg/authserver/config.go",
     .example = replace(Base::AuthServer, kHmac, "hmac_secret_files: [/keys/hmac]\nforce_confidential_redirect_uris: [https://app.example.com/cb]\n",
                        "hmac_secret_files: [/keys/hmac]\nallow_confidential_client_registration: true\n"
                        "force_confidential_redirect_uris: [https://app.example.com/cb]\n")},
    {.rule = Rule::DelegateClients,
     .severity = Error,
     .title = "A delegate client is not usable",
     .why = "A delegate client exchanges users' tokens: it needs an identifier of its own, a secret, and audiences among those allowed.",
     .source = "RFC 8693; ToolHive docs/arch/17",
     .example = replace(Base::AuthServer, kHmac,
                        "hmac_secret_files: [/keys/hmac]\ndelegate_clients:\n  - client_id: agent\n    scopes: [openid]\n"
                        "    audiences: [https://mcp.example.com/mcp]\n",
                        "hmac_secret_files: [/keys/hmac]\ndelegate_clients:\n  - client_id: agent\n    client_secret_file: /keys/agent\n    scopes: [openid]\n"
                        "    audiences: [https://mcp.example.com/mcp]\n")},
    {.rule = Rule::TrustedIssuers,
     .severity = Error,
     .title = "A trusted issuer is not usable",
     .why = "Its tokens are exchanged for ours: it must be https, must not be ourselves, and it must be said who may exchange what.",
     .source = "RFC 8693; RFC 7523; ToolHive docs/arch/17",
     .example = replace(
         Base::AuthServer, kHmac,
         "hmac_secret_files: [/keys/hmac]\ntrusted_issuers:\n  - issuer_url: http://ci.example.com\n    expected_audience: https://mcp.example.com/mcp\n"
         "    allowed_delegate_clients: [agent]\n    actor_claim: client_id\n    allowed_actors: [build]\n",
         "hmac_secret_files: [/keys/hmac]\ntrusted_issuers:\n  - issuer_url: https://ci.example.com\n    expected_audience: https://mcp.example.com/mcp\n"
         "    allowed_delegate_clients: [agent]\n    actor_claim: client_id\n    allowed_actors: [build]\n")},
    {.rule = Rule::LifespanBounds,
     .severity = Error,
     .title = "A token lifespan is out of bounds",
     .why = "ToolHive refuses to start: access tokens live 1m to 24h, refresh tokens 1h to 720h, codes 30s to 10m.",
     .source = "ToolHive pkg/authserver/server/provider.go; RFC 6749 section 4.1.2",
     .example = replace(Base::AuthServer, kHmac, "hmac_secret_files: [/keys/hmac]\ntoken_lifespans:\n  access_token_lifespan: 48h\n",
                        "hmac_secret_files: [/keys/hmac]\ntoken_lifespans:\n  access_token_lifespan: 1h\n")},
});

}  // namespace
}  // namespace auth_server

std::span<const RuleInfo> auth_server_rules() noexcept { return auth_server::kRules; }

}  // namespace vmcpauth::config::catalogue
