// VMA60x to 63x, 67x, 695: providers whose business is logging users in.
#include <array>

#include "core/config/catalogue/catalogue.hpp"

namespace vmcpauth::config::catalogue {
namespace providers_login {
namespace {

using enum Severity;

constexpr std::string_view kIssuer = "      issuer_url: https://login.example.com\n      client_id: vmcp\n";
constexpr std::string_view kBlock =
    "    type: oidc\n    oidc_config:\n      issuer_url: https://login.example.com\n      client_id: vmcp\n      client_secret_file: /keys/corp\n";
constexpr std::string_view kKeycloakAudienceFails = R"(# file: vmcp.yaml
name: tools
groupRef: tools
incomingAuth:
  type: oidc
  oidc:
    issuer: https://login.example.com/realms/tools
    audience: https://mcp.example.com/mcp
outgoingAuth:
  source: inline
)";
constexpr std::string_view kIncomingPasses = R"(# file: vmcp.yaml
name: tools
groupRef: tools
incomingAuth:
  type: oidc
  oidc:
    issuer: https://login.example.com
    audience: https://mcp.example.com/mcp
outgoingAuth:
  source: inline
)";

constexpr auto kRules = std::to_array<RuleInfo>({
    {.rule = Rule::GoogleOffline,
     .severity = Warning,
     .title = "Google gives no refresh token without access_type=offline",
     .why = "Its access token ends after an hour, and then every backend that needs it answers 401 until the user logs in again.",
     .source = "https://developers.google.com/identity/protocols/oauth2/web-server#offline",
     .example = replace(Base::AuthServer, kIssuer,
                        "      issuer_url: https://accounts.google.com\n      client_id: vmcp\n"
                        "      scopes: [openid, email]\n",
                        "      issuer_url: https://accounts.google.com\n      client_id: vmcp\n"
                        "      scopes: [openid, email]\n"
                        "      additional_authorization_params: {access_type: offline, prompt: consent}\n")},
    {.rule = Rule::GoogleOfflineScope,
     .severity = Warning,
     .title = "Google refuses the scope offline_access",
     .why = "The login ends with invalid_scope. offline_access is asked for by default, so scopes must be written for Google.",
     .source = "https://developers.google.com/identity/protocols/oauth2/scopes",
     .example = replace(Base::AuthServer, kIssuer,
                        "      issuer_url: https://accounts.google.com\n      client_id: vmcp\n"
                        "      additional_authorization_params: {access_type: offline, prompt: consent}\n",
                        "      issuer_url: https://accounts.google.com\n      client_id: vmcp\n"
                        "      scopes: [openid, email]\n"
                        "      additional_authorization_params: {access_type: offline, prompt: consent}\n")},
    {.rule = Rule::GoogleConsent,
     .severity = Warning,
     .title = "Google gives a refresh token at the first consent only",
     .why = "Tokens are kept by session, so every login needs a refresh token of its own; prompt=consent makes Google give one each time.",
     .source = "https://developers.google.com/identity/protocols/oauth2/web-server#offline",
     .example = replace(Base::AuthServer, kIssuer,
                        "      issuer_url: https://accounts.google.com\n      client_id: vmcp\n"
                        "      scopes: [openid, email]\n"
                        "      additional_authorization_params: {access_type: offline}\n",
                        "      issuer_url: https://accounts.google.com\n      client_id: vmcp\n"
                        "      scopes: [openid, email]\n"
                        "      additional_authorization_params: {access_type: offline, prompt: consent}\n")},
    {.rule = Rule::GoogleIssuer,
     .severity = Warning,
     .title = "Google's issuer is https://accounts.google.com and nothing else",
     .why = "Discovery documents and ID tokens name it exactly so; another spelling is refused as a mismatch.",
     .source = "https://developers.google.com/identity/openid-connect/openid-connect#discovery",
     .example = replace(Base::AuthServer, kIssuer,
                        "      issuer_url: https://accounts.google.com/\n      client_id: vmcp\n"
                        "      scopes: [openid, email]\n"
                        "      additional_authorization_params: {access_type: offline, prompt: consent}\n",
                        "      issuer_url: https://accounts.google.com\n      client_id: vmcp\n"
                        "      scopes: [openid, email]\n"
                        "      additional_authorization_params: {access_type: offline, prompt: consent}\n")},
    {.rule = Rule::EntraOffline,
     .severity = Warning,
     .title = "Entra gives no refresh token without offline_access",
     .why = "Its access token ends after about an hour, and then every backend that needs it answers 401 until the user logs in again.",
     .source = "https://learn.microsoft.com/entra/identity-platform/scopes-oidc#the-offline_access-scope",
     .example = replace(Base::AuthServer, kIssuer,
                        "      issuer_url: https://login.microsoftonline.com/TENANT/v2.0\n      client_id: vmcp\n"
                        "      scopes: [openid]\n"
                        "      subject_claim: oid\n",
                        "      issuer_url: https://login.microsoftonline.com/TENANT/v2.0\n      client_id: vmcp\n"
                        "      scopes: [openid, offline_access]\n"
                        "      subject_claim: oid\n")},
    {.rule = Rule::EntraV1Issuer,
     .severity = Warning,
     .title = "An issuer of Entra's v1 tokens is configured",
     .why = "Tokens of the v2 endpoints name https://login.microsoftonline.com/TENANT/v2.0; those of v1 name https://sts.windows.net/TENANT/. The comparison "
            "is byte for byte.",
     .source = "https://learn.microsoft.com/entra/identity-platform/access-tokens#token-formats",
     .example = replace(Base::AuthServer, kIssuer,
                        "      issuer_url: https://sts.windows.net/TENANT/\n      client_id: vmcp\n"
                        "      scopes: [openid, offline_access]\n"
                        "      subject_claim: oid\n",
                        "      issuer_url: https://login.microsoftonline.com/TENANT/v2.0\n      client_id: vmcp\n"
                        "      scopes: [openid, offline_access]\n"
                        "      subject_claim: oid\n")},
    {.rule = Rule::EntraSharedTenant,
     .severity = Warning,
     .title = "Tokens never name Entra's shared tenants as issuer",
     .why = "common, organizations and consumers are ways to log in; the token names the tenant of the user, so that every one is refused.",
     .source = "https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc#fetch-the-openid-configuration-document",
     .example = replace(Base::AuthServer, kIssuer,
                        "      issuer_url: https://login.microsoftonline.com/common/v2.0\n      client_id: vmcp\n"
                        "      scopes: [openid, offline_access]\n"
                        "      subject_claim: oid\n",
                        "      issuer_url: https://login.microsoftonline.com/TENANT/v2.0\n      client_id: vmcp\n"
                        "      scopes: [openid, offline_access]\n"
                        "      subject_claim: oid\n")},
    {.rule = Rule::EntraResource,
     .severity = Warning,
     .title = "Entra's v2 endpoint does not take resource beside scopes",
     .why = "It answers AADSTS9010010 when the two do not name the same API. The resource is part of the scope there.",
     .source = "https://learn.microsoft.com/entra/identity-platform/reference-error-codes",
     .example = replace(Base::AuthServer, kIssuer,
                        "      issuer_url: https://login.microsoftonline.com/TENANT/v2.0\n      client_id: vmcp\n"
                        "      scopes: [openid, offline_access]\n"
                        "      subject_claim: oid\n"
                        "      additional_authorization_params: {resource: \"api://tools\"}\n",
                        "      issuer_url: https://login.microsoftonline.com/TENANT/v2.0\n      client_id: vmcp\n"
                        "      scopes: [openid, offline_access, \"api://tools/.default\"]\n"
                        "      subject_claim: oid\n")},
    {.rule = Rule::EntraSubject,
     .severity = Note,
     .title = "Entra's sub is another one for each app",
     .why = "When the app is registered anew, every user is a new user. oid is the same for all apps of a tenant.",
     .source = "https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference#payload-claims",
     .example = replace(Base::AuthServer, kIssuer,
                        "      issuer_url: https://login.microsoftonline.com/TENANT/v2.0\n      client_id: vmcp\n"
                        "      scopes: [openid, offline_access]\n",
                        "      issuer_url: https://login.microsoftonline.com/TENANT/v2.0\n      client_id: vmcp\n"
                        "      scopes: [openid, offline_access]\n"
                        "      subject_claim: oid\n")},
    {.rule = Rule::EntraMixedScopes,
     .severity = Warning,
     .title = "Entra issues a token for one resource at a time",
     .why = "Scopes of two APIs in one request end with AADSTS28000, or with a token for the first of them only.",
     .source = "https://learn.microsoft.com/entra/identity-platform/scopes-oidc#the-default-scope",
     .example = replace(Base::AuthServer, kIssuer,
                        "      issuer_url: https://login.microsoftonline.com/TENANT/v2.0\n      client_id: vmcp\n"
                        "      scopes: [openid, offline_access, \"api://tools/read\", \"https://graph.microsoft.com/User.Read\"]\n"
                        "      subject_claim: oid\n",
                        "      issuer_url: https://login.microsoftonline.com/TENANT/v2.0\n      client_id: vmcp\n"
                        "      scopes: [openid, offline_access, \"api://tools/read\"]\n"
                        "      subject_claim: oid\n")},
    {.rule = Rule::OktaOffline,
     .severity = Warning,
     .title = "Okta gives no refresh token without offline_access",
     .why = "Its access token ends after an hour, and then every backend that needs it answers 401 until the user logs in again.",
     .source = "https://developer.okta.com/docs/guides/refresh-tokens/main/",
     .example = replace(Base::AuthServer, kIssuer,
                        "      issuer_url: https://acme.okta.com/oauth2/default\n      client_id: vmcp\n"
                        "      scopes: [openid]\n",
                        "      issuer_url: https://acme.okta.com/oauth2/default\n      client_id: vmcp\n"
                        "      scopes: [openid, offline_access]\n")},
    {.rule = Rule::OktaOrgServer,
     .severity = Warning,
     .title = "Access tokens of Okta's organisation server are for Okta alone",
     .why = "Their audience is the organisation itself and their format may change at any time: no backend can check them. A custom authorization server "
            "issues tokens for APIs. An upstream that is there for the login only may be either.",
     .source = "https://support.okta.com/help/s/article/Signature-Validation-Failed-on-Access-Token",
     .example = replace(Base::AuthServer, kIssuer, "      issuer_url: https://acme.okta.com\n      client_id: vmcp\n",
                        "      issuer_url: https://acme.okta.com/oauth2/default\n      client_id: vmcp\n")},
    {.rule = Rule::OktaRegistration,
     .severity = Warning,
     .title = "Okta registers clients for administrators only",
     .why =
         "Without credentials its registration endpoint refuses, and nobody can log in. vMCP sends the initial access token as a bearer token: an access token "
         "with the scope okta.clients.register does, an API token (SSWS) does not.",
     .source = "https://developer.okta.com/docs/api/openapi/okta-oauth/oauth/tag/Client/",
     .example = replace(Base::AuthServer, kBlock,
                        "    type: oauth2\n    oauth2_config:\n      authorization_endpoint: https://acme.okta.com/oauth2/default/v1/authorize\n"
                        "      token_endpoint: https://acme.okta.com/oauth2/default/v1/token\n"
                        "      scopes: [openid, offline_access]\n"
                        "      userinfo:\n"
                        "        endpoint_url: https://acme.okta.com/oauth2/default/v1/userinfo\n"
                        "      dcr_config:\n"
                        "        registration_endpoint: https://acme.okta.com/oauth2/v1/clients\n",
                        "    type: oauth2\n    oauth2_config:\n      authorization_endpoint: https://acme.okta.com/oauth2/default/v1/authorize\n"
                        "      token_endpoint: https://acme.okta.com/oauth2/default/v1/token\n"
                        "      scopes: [openid, offline_access]\n"
                        "      userinfo:\n"
                        "        endpoint_url: https://acme.okta.com/oauth2/default/v1/userinfo\n"
                        "      dcr_config:\n"
                        "        registration_endpoint: https://acme.okta.com/oauth2/v1/clients\n"
                        "        initial_access_token_env_var: OKTA_REGISTER_TOKEN\n")},
    {.rule = Rule::OktaAdminDomain,
     .severity = Warning,
     .title = "The address of Okta's admin console is no issuer",
     .why = "Tokens name the domain without -admin; every one is refused.",
     .source = "https://developer.okta.com/docs/guides/find-your-domain/main/",
     .example = replace(Base::AuthServer, kIssuer, "      issuer_url: https://acme-admin.okta.com/oauth2/default\n      client_id: vmcp\n",
                        "      issuer_url: https://acme.okta.com/oauth2/default\n      client_id: vmcp\n")},
    {.rule = Rule::Auth0Audience,
     .severity = Warning,
     .title = "Auth0's access token is opaque without audience",
     .why = "It is good for Auth0's own userinfo endpoint and nothing else: no backend can check it. A default audience of the tenant does the same as the "
            "parameter, and an upstream that is there for the login only needs neither.",
     .source = "https://support.auth0.com/center/s/article/value-of-the-audience-attribute-in-access-token-requests-and-its-significance",
     .example = replace(Base::AuthServer, kIssuer, "      issuer_url: https://acme.auth0.com/\n      client_id: vmcp\n",
                        "      issuer_url: https://acme.auth0.com/\n      client_id: vmcp\n"
                        "      additional_authorization_params: {audience: \"https://tools.example.com\"}\n")},
    {.rule = Rule::Auth0Offline,
     .severity = Warning,
     .title = "Auth0 gives no refresh token without offline_access",
     .why = "Its access token ends, and then every backend that needs it answers 401 until the user logs in again. The API must allow offline access, too.",
     .source = "https://auth0.com/docs/secure/tokens/refresh-tokens/get-refresh-tokens",
     .example = replace(Base::AuthServer, kIssuer,
                        "      issuer_url: https://acme.auth0.com/\n      client_id: vmcp\n"
                        "      scopes: [openid]\n"
                        "      additional_authorization_params: {audience: \"https://tools.example.com\"}\n",
                        "      issuer_url: https://acme.auth0.com/\n      client_id: vmcp\n"
                        "      scopes: [openid, offline_access]\n"
                        "      additional_authorization_params: {audience: \"https://tools.example.com\"}\n")},
    {.rule = Rule::Auth0Issuer,
     .severity = Warning,
     .title = "Auth0's issuer ends with a slash",
     .why = "Its discovery document and tokens say so, and the comparison is byte for byte.",
     .source = "https://auth0.com/docs/secure/tokens/json-web-tokens/json-web-token-claims",
     .example = replace(Base::AuthServer, kIssuer,
                        "      issuer_url: https://acme.auth0.com\n      client_id: vmcp\n"
                        "      additional_authorization_params: {audience: \"https://tools.example.com\"}\n",
                        "      issuer_url: https://acme.auth0.com/\n      client_id: vmcp\n"
                        "      additional_authorization_params: {audience: \"https://tools.example.com\"}\n")},
    {.rule = Rule::KeycloakAudience,
     .severity = Note,
     .title = "Keycloak puts an audience into tokens only when a mapper says so",
     .why = "It ignores the parameter resource (RFC 8707) unless the experimental feature resource-indicators (since 26.8) is on. Without an Audience mapper "
            "every token is refused for its audience.",
     .source = "https://www.keycloak.org/docs/latest/server_admin/#audience-support; https://www.keycloak.org/securing-apps/mcp-authz-server",
     .example = inputs(kKeycloakAudienceFails, kIncomingPasses)},
    {.rule = Rule::KeycloakIssuer,
     .severity = Warning,
     .title = "Keycloak's issuer has no slash at its end",
     .why = "Its discovery document and tokens say so, and the comparison is byte for byte.",
     .source = "https://www.keycloak.org/securing-apps/oidc-layers",
     .example = replace(Base::AuthServer, kIssuer, "      issuer_url: https://login.example.com/realms/tools/\n      client_id: vmcp\n",
                        "      issuer_url: https://login.example.com/realms/tools\n      client_id: vmcp\n")},
    {.rule = Rule::KeycloakMaster,
     .severity = Warning,
     .title = "Keycloak's realm master is for administration",
     .why = "Its users and clients can be given power over Keycloak itself; apps belong into a realm of their own.",
     .source = "https://www.keycloak.org/docs/latest/server_admin/#the-master-realm",
     .example = replace(Base::AuthServer, kIssuer, "      issuer_url: https://login.example.com/realms/master\n      client_id: vmcp\n",
                        "      issuer_url: https://login.example.com/realms/tools\n      client_id: vmcp\n")},
    {.rule = Rule::AuthentikIssuer,
     .severity = Warning,
     .title = "Authentik's issuer ends with a slash",
     .why = "Its discovery document and tokens say so, and the comparison is byte for byte.",
     .source = "https://docs.goauthentik.io/add-secure-apps/providers/oauth2/",
     .example = replace(Base::AuthServer, kIssuer, "      issuer_url: https://login.example.com/application/o/tools\n      client_id: vmcp\n",
                        "      issuer_url: https://login.example.com/application/o/tools/\n      client_id: vmcp\n")},
});

}  // namespace
}  // namespace providers_login

std::span<const RuleInfo> login_provider_rules() noexcept { return providers_login::kRules; }

}  // namespace vmcpauth::config::catalogue
