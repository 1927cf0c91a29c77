// VMA7xx: what works, and is not safe or not lasting.
#include <array>

#include "core/config/catalogue/catalogue.hpp"

namespace vmcpauth::config::catalogue {
namespace security {
namespace {

using enum Severity;

constexpr std::string_view kHmac = "hmac_secret_files: [/keys/hmac]\n";
constexpr std::string_view kInject = "      type: upstream_inject\n      upstreamInject:\n        providerName: corp\n";

constexpr auto kRules = std::to_array<RuleInfo>({
    {.rule = Rule::EphemeralSigningKey,
     .severity = Warning,
     .title = "The authorization server makes a signing key at every start",
     .why = "Every restart and every rollout refuses the access tokens issued before, and two replicas never accept each other's.",
     .source = "RFC 9068 section 4; ToolHive pkg/authserver/keys",
     .example = change(Base::AuthServer, "signing_key_config:\n  signing_key_file: /keys/signing.pem\n", "")},
    {.rule = Rule::EphemeralHmac,
     .severity = Warning,
     .title = "The authorization server makes an HMAC secret at every start",
     .why = "Every restart and every rollout refuses the codes and refresh tokens issued before: all users log in again, at every provider.",
     .source = "ToolHive pkg/authserver/config.go",
     .example = change(Base::AuthServer, kHmac, "")},
    {.rule = Rule::MemoryStoreReplicas,
     .severity = Warning,
     .title = "Several replicas keep their sessions in memory, each its own",
     .why = "A login that begins at one replica ends at another, which does not know it; a token works at one of them only.",
     .source = "ToolHive docs: authServerConfig.storage",
     .example =
         replace(Base::Manifests, "  groupRef:\n    name: all-tools\n  incomingAuth:", "  replicas: 3\n  groupRef:\n    name: all-tools\n  incomingAuth:",
                 "  replicas: 1\n  groupRef:\n    name: all-tools\n  incomingAuth:")},
    {.rule = Rule::AnonymousIncoming,
     .severity = Warning,
     .title = "Incoming authentication is anonymous",
     .why = "Everybody who can reach the server can call every tool, with the credentials that its strategies add.",
     .source = "MCP 2025-11-25 authorization; RFC 9728",
     .example = inputs("# file: vmcp.yaml\nname: tools\ngroupRef: tools\nincomingAuth:\n  type: anonymous\noutgoingAuth:\n  source: inline\n",
                       "# file: vmcp.yaml\nname: tools\ngroupRef: tools\nincomingAuth:\n  type: oidc\n  oidc:\n    issuer: https://login.example.com\n"
                       "    audience: https://mcp.example.com/mcp\noutgoingAuth:\n  source: inline\n")},
    {.rule = Rule::NoRefreshTokens,
     .severity = Warning,
     .title = "Clients get no refresh token",
     .why = "A refresh token is issued only for offline_access. Without it users log in at every provider again whenever the access token expires.",
     .source = "OpenID Connect Core section 11; ToolHive pkg/authserver",
     .example = replace(Base::AuthServer, kHmac, "hmac_secret_files: [/keys/hmac]\nscopes_supported: [openid, email]\n",
                        "hmac_secret_files: [/keys/hmac]\nscopes_supported: [openid, email, offline_access]\n")},
    {.rule = Rule::WideBaselineScopes,
     .severity = Warning,
     .title = "Every client gets a scope that few need",
     .why = "Baseline scopes are added to each client that registers, also to unknown ones. A scope that opens tools should be asked for.",
     .source = "RFC 9700 section 2.3; RFC 7591 section 5",
     .example = replace(
         Base::AuthServer, kHmac,
         "hmac_secret_files: [/keys/hmac]\nscopes_supported: [openid, offline_access, \"tools:write\"]\nbaseline_client_scopes: [openid, \"tools:write\"]\n",
         "hmac_secret_files: [/keys/hmac]\nscopes_supported: [openid, offline_access, \"tools:write\"]\nbaseline_client_scopes: [openid]\n")},
    {.rule = Rule::InlineSecret,
     .severity = Warning,
     .title = "A secret is written into the configuration",
     .why = "Whoever can read the repository, its history or a backup has the secret, and it can only be changed by a commit.",
     .source = "RFC 9700 section 2.5; OWASP secrets management",
     .example =
         replace(Base::Runtime, kInject, "      type: header_injection\n      headerInjection:\n        headerName: X-Api-Key\n        headerValue: hunter2\n",
                 "      type: header_injection\n      headerInjection:\n        headerName: X-Api-Key\n        headerValueEnv: CRM_KEY\n")},
    {.rule = Rule::PlainHttp,
     .severity = Warning,
     .title = "Credentials travel over plain http",
     .why =
         "Everybody on the way can read and change them. Loopback, names without a dot, private addresses and .svc, .cluster.local, .internal and .local are "
         "taken to be inside.",
     .source = "RFC 6750 section 5.3; RFC 9700 section 2.6",
     .example = change(Base::Runtime, "    url: https://crm.example.com/mcp\n", "    url: http://crm.example.com/mcp\n")},
    {.rule = Rule::InsecureFlag,
     .severity = Warning,
     .title = "Plain http is allowed for something that is not on this machine",
     .why = "The flag is for development. With it an attacker on the way can hand out keys of his own and issue any token.",
     .source = "RFC 8414 section 6.1; RFC 9700 section 2.6",
     .example =
         replace(Base::Runtime, "    audience: https://mcp.example.com/mcp\n", "    audience: https://mcp.example.com/mcp\n    insecureAllowHttp: true\n",
                 "    audience: https://mcp.example.com/mcp\n    insecureAllowHttp: false\n")},
    {.rule = Rule::UpstreamWithoutRefresh,
     .severity = Note,
     .title = "An upstream is not asked for offline_access",
     .why = "Many providers give a refresh token only for it. vmcpauth knows nothing special about this one; if it gives one anyway, accept the note.",
     .source = "OpenID Connect Core section 11",
     .example = replace(Base::AuthServer, "      client_id: vmcp\n", "      client_id: vmcp\n      scopes: [openid, email]\n",
                        "      client_id: vmcp\n      scopes: [openid, email, offline_access]\n")},
});

}  // namespace
}  // namespace security

std::span<const RuleInfo> security_rules() noexcept { return security::kRules; }

}  // namespace vmcpauth::config::catalogue
