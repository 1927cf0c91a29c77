// VMA64x to 66x, 68x, 69x: services that log users in to their own APIs.
#include <array>

#include "core/config/catalogue/catalogue.hpp"

namespace vmcpauth::config::catalogue {
namespace providers_service {
namespace {

using enum Severity;

constexpr std::string_view kIssuer = "      issuer_url: https://login.example.com\n      client_id: vmcp\n";
constexpr std::string_view kBlock =
    "    type: oidc\n    oidc_config:\n      issuer_url: https://login.example.com\n      client_id: vmcp\n      client_secret_file: /keys/corp\n";
constexpr std::string_view kCognitoAudienceFails = R"(# file: vmcp.yaml
name: tools
groupRef: tools
incomingAuth:
  type: oidc
  oidc:
    issuer: https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_abc
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
    {.rule = Rule::GitHubOidc,
     .severity = Warning,
     .title = "GitHub is no OpenID provider for users",
     .why = "There is no discovery document for users and no ID token (https://token.actions.githubusercontent.com is for workflows). It is an OAuth 2.0 "
            "provider.",
     .source = "https://docs.github.com/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps",
     .example = replace(Base::AuthServer, kBlock, "    type: oidc\n    oidc_config:\n      issuer_url: https://github.com\n      client_id: vmcp\n",
                        "    type: oauth2\n    oauth2_config:\n      authorization_endpoint: https://github.com/login/oauth/authorize\n"
                        "      token_endpoint: https://github.com/login/oauth/access_token\n"
                        "      client_id: vmcp\n"
                        "      userinfo:\n"
                        "        endpoint_url: https://api.github.com/user\n"
                        "        field_mapping: {subject_fields: [id]}\n")},
    {.rule = Rule::GitHubSubject,
     .severity = Warning,
     .title = "GitHub's profile has no sub",
     .why = "Without fieldMapping no user can be told from another and the login fails. id never changes.",
     .source = "https://docs.github.com/rest/users/users#get-the-authenticated-user",
     .example = replace(Base::AuthServer, kBlock,
                        "    type: oauth2\n    oauth2_config:\n      authorization_endpoint: https://github.com/login/oauth/authorize\n"
                        "      token_endpoint: https://github.com/login/oauth/access_token\n"
                        "      client_id: vmcp\n"
                        "      userinfo:\n"
                        "        endpoint_url: https://api.github.com/user\n",
                        "    type: oauth2\n    oauth2_config:\n      authorization_endpoint: https://github.com/login/oauth/authorize\n"
                        "      token_endpoint: https://github.com/login/oauth/access_token\n"
                        "      client_id: vmcp\n"
                        "      userinfo:\n"
                        "        endpoint_url: https://api.github.com/user\n"
                        "        field_mapping: {subject_fields: [id]}\n")},
    {.rule = Rule::GitHubRegistration,
     .severity = Warning,
     .title = "GitHub has no dynamic client registration",
     .why = "There is no endpoint that could answer. OAuth apps are registered by hand.",
     .source = "https://docs.github.com/apps/oauth-apps/building-oauth-apps/creating-an-oauth-app",
     .example = replace(Base::AuthServer, kBlock,
                        "    type: oauth2\n    oauth2_config:\n      authorization_endpoint: https://github.com/login/oauth/authorize\n"
                        "      token_endpoint: https://github.com/login/oauth/access_token\n"
                        "      userinfo:\n"
                        "        endpoint_url: https://api.github.com/user\n"
                        "        field_mapping: {subject_fields: [id]}\n"
                        "      dcr_config: {registration_endpoint: \"https://github.com/register\"}\n",
                        "    type: oauth2\n    oauth2_config:\n      authorization_endpoint: https://github.com/login/oauth/authorize\n"
                        "      token_endpoint: https://github.com/login/oauth/access_token\n"
                        "      client_id: vmcp\n"
                        "      userinfo:\n"
                        "        endpoint_url: https://api.github.com/user\n"
                        "        field_mapping: {subject_fields: [id]}\n")},
    {.rule = Rule::GitHubScopes,
     .severity = Warning,
     .title = "GitHub does not know the scopes of OpenID Connect",
     .why = "openid means nothing there, and there is no ID token. offline_access does, since 2026: the token then expires and comes with a refresh token.",
     .source = "https://docs.github.com/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps",
     .example = replace(Base::AuthServer, kBlock,
                        "    type: oauth2\n    oauth2_config:\n      authorization_endpoint: https://github.com/login/oauth/authorize\n"
                        "      token_endpoint: https://github.com/login/oauth/access_token\n"
                        "      client_id: vmcp\n"
                        "      scopes: [repo, openid]\n"
                        "      userinfo:\n"
                        "        endpoint_url: https://api.github.com/user\n"
                        "        field_mapping: {subject_fields: [id]}\n",
                        "    type: oauth2\n    oauth2_config:\n      authorization_endpoint: https://github.com/login/oauth/authorize\n"
                        "      token_endpoint: https://github.com/login/oauth/access_token\n"
                        "      client_id: vmcp\n"
                        "      scopes: [repo]\n"
                        "      userinfo:\n"
                        "        endpoint_url: https://api.github.com/user\n"
                        "        field_mapping: {subject_fields: [id]}\n")},
    {.rule = Rule::GitHubLogin,
     .severity = Warning,
     .title = "A GitHub login can change its owner",
     .why = "It can be renamed and then taken by somebody else, who would be the same user here. id never changes.",
     .source = "https://docs.github.com/account-and-profile/concepts/username-changes",
     .example = replace(Base::AuthServer, kBlock,
                        "    type: oauth2\n    oauth2_config:\n      authorization_endpoint: https://github.com/login/oauth/authorize\n"
                        "      token_endpoint: https://github.com/login/oauth/access_token\n"
                        "      client_id: vmcp\n"
                        "      userinfo:\n"
                        "        endpoint_url: https://api.github.com/user\n"
                        "        field_mapping: {subject_fields: [login]}\n",
                        "    type: oauth2\n    oauth2_config:\n      authorization_endpoint: https://github.com/login/oauth/authorize\n"
                        "      token_endpoint: https://github.com/login/oauth/access_token\n"
                        "      client_id: vmcp\n"
                        "      userinfo:\n"
                        "        endpoint_url: https://api.github.com/user\n"
                        "        field_mapping: {subject_fields: [id]}\n")},
    {.rule = Rule::SlackUserToken,
     .severity = Warning,
     .title = "Slack returns the user's token below authed_user",
     .why = "access_token at the top of the answer is the bot's, or absent: without the mapping the wrong token is stored, or none.",
     .source = "https://docs.slack.dev/authentication/installing-with-oauth",
     .example = replace(Base::AuthServer, kBlock,
                        "    type: oauth2\n    oauth2_config:\n      authorization_endpoint: https://slack.com/oauth/v2/authorize\n"
                        "      token_endpoint: https://slack.com/api/oauth.v2.access\n"
                        "      client_id: vmcp\n"
                        "      identity_from_token: {subject_path: authed_user.id}\n"
                        "      additional_authorization_params: {user_scope: \"search:read\"}\n",
                        "    type: oauth2\n    oauth2_config:\n      authorization_endpoint: https://slack.com/oauth/v2/authorize\n"
                        "      token_endpoint: https://slack.com/api/oauth.v2.access\n"
                        "      client_id: vmcp\n"
                        "      identity_from_token: {subject_path: authed_user.id}\n"
                        "      additional_authorization_params: {user_scope: \"search:read\"}\n"
                        "      token_response_mapping: {access_token_path: authed_user.access_token, scope_path: authed_user.scope}\n")},
    {.rule = Rule::SlackBotToken,
     .severity = Warning,
     .title = "Slack's scope asks for the token of a bot",
     .why = "Everybody in the workspace would act as the same bot. Scopes of the user are asked for with user_scope.",
     .source = "https://docs.slack.dev/authentication/installing-with-oauth",
     .example = replace(Base::AuthServer, kBlock,
                        "    type: oauth2\n    oauth2_config:\n      authorization_endpoint: https://slack.com/oauth/v2/authorize\n"
                        "      token_endpoint: https://slack.com/api/oauth.v2.access\n"
                        "      client_id: vmcp\n"
                        "      identity_from_token: {subject_path: authed_user.id}\n"
                        "      scopes: [\"search:read\"]\n",
                        "    type: oauth2\n    oauth2_config:\n      authorization_endpoint: https://slack.com/oauth/v2/authorize\n"
                        "      token_endpoint: https://slack.com/api/oauth.v2.access\n"
                        "      client_id: vmcp\n"
                        "      identity_from_token: {subject_path: authed_user.id}\n"
                        "      additional_authorization_params: {user_scope: \"search:read\"}\n"
                        "      token_response_mapping: {access_token_path: authed_user.access_token}\n")},
    {.rule = Rule::SlackOfflineScope,
     .severity = Warning,
     .title = "Slack refuses the scope offline_access",
     .why = "The login ends with invalid_scope. offline_access is asked for by default, so scopes must be written for Slack.",
     .source = "https://docs.slack.dev/authentication/sign-in-with-slack",
     .example = replace(Base::AuthServer, kIssuer, "      issuer_url: https://slack.com\n      client_id: vmcp\n",
                        "      issuer_url: https://slack.com\n      client_id: vmcp\n"
                        "      scopes: [openid, email]\n")},
    {.rule = Rule::AtlassianOffline,
     .severity = Warning,
     .title = "Atlassian gives no refresh token without offline_access",
     .why = "Its access token ends after an hour. Its refresh tokens rotate: each is good for one use.",
     .source = "https://developer.atlassian.com/cloud/jira/platform/oauth-2-3lo-apps/#use-a-refresh-token-to-get-another-access-token-and-refresh-token-pair",
     .example = replace(Base::AuthServer, kBlock,
                        "    type: oauth2\n    oauth2_config:\n      authorization_endpoint: https://auth.atlassian.com/authorize\n"
                        "      token_endpoint: https://auth.atlassian.com/oauth/token\n"
                        "      client_id: vmcp\n"
                        "      userinfo:\n"
                        "        endpoint_url: https://api.atlassian.com/me\n"
                        "        field_mapping: {subject_fields: [account_id]}\n"
                        "      scopes: [\"read:me\"]\n"
                        "      additional_authorization_params: {audience: api.atlassian.com, prompt: consent}\n",
                        "    type: oauth2\n    oauth2_config:\n      authorization_endpoint: https://auth.atlassian.com/authorize\n"
                        "      token_endpoint: https://auth.atlassian.com/oauth/token\n"
                        "      client_id: vmcp\n"
                        "      userinfo:\n"
                        "        endpoint_url: https://api.atlassian.com/me\n"
                        "        field_mapping: {subject_fields: [account_id]}\n"
                        "      scopes: [\"read:me\", offline_access]\n"
                        "      additional_authorization_params: {audience: api.atlassian.com, prompt: consent}\n")},
    {.rule = Rule::AtlassianAudience,
     .severity = Note,
     .title = "Atlassian's products ask for an audience at the login",
     .why = "The pages of Jira and Confluence demand audience=api.atlassian.com in the authorization request; newer pages of Atlassian leave it out. With it "
            "both are content.",
     .source =
         "https://developer.atlassian.com/cloud/jira/platform/oauth-2-3lo-apps/#1--direct-the-user-to-the-authorization-url-to-get-an-authorization-code; "
         "https://developer.atlassian.com/cloud/oauth/getting-started/implementing-oauth-3lo",
     .example = replace(Base::AuthServer, kBlock,
                        "    type: oauth2\n    oauth2_config:\n      authorization_endpoint: https://auth.atlassian.com/authorize\n"
                        "      token_endpoint: https://auth.atlassian.com/oauth/token\n"
                        "      client_id: vmcp\n"
                        "      userinfo:\n"
                        "        endpoint_url: https://api.atlassian.com/me\n"
                        "        field_mapping: {subject_fields: [account_id]}\n"
                        "      scopes: [\"read:me\", offline_access]\n"
                        "      additional_authorization_params: {prompt: consent}\n",
                        "    type: oauth2\n    oauth2_config:\n      authorization_endpoint: https://auth.atlassian.com/authorize\n"
                        "      token_endpoint: https://auth.atlassian.com/oauth/token\n"
                        "      client_id: vmcp\n"
                        "      userinfo:\n"
                        "        endpoint_url: https://api.atlassian.com/me\n"
                        "        field_mapping: {subject_fields: [account_id]}\n"
                        "      scopes: [\"read:me\", offline_access]\n"
                        "      additional_authorization_params: {audience: api.atlassian.com, prompt: consent}\n")},
    {.rule = Rule::AtlassianConsent,
     .severity = Warning,
     .title = "Atlassian's login needs prompt=consent",
     .why = "The user chooses the site on the consent page; without it the token may be for another site or none.",
     .source = "https://developer.atlassian.com/cloud/jira/platform/oauth-2-3lo-apps/#1--direct-the-user-to-the-authorization-url-to-get-an-authorization-code",
     .example = replace(Base::AuthServer, kBlock,
                        "    type: oauth2\n    oauth2_config:\n      authorization_endpoint: https://auth.atlassian.com/authorize\n"
                        "      token_endpoint: https://auth.atlassian.com/oauth/token\n"
                        "      client_id: vmcp\n"
                        "      userinfo:\n"
                        "        endpoint_url: https://api.atlassian.com/me\n"
                        "        field_mapping: {subject_fields: [account_id]}\n"
                        "      scopes: [\"read:me\", offline_access]\n"
                        "      additional_authorization_params: {audience: api.atlassian.com}\n",
                        "    type: oauth2\n    oauth2_config:\n      authorization_endpoint: https://auth.atlassian.com/authorize\n"
                        "      token_endpoint: https://auth.atlassian.com/oauth/token\n"
                        "      client_id: vmcp\n"
                        "      userinfo:\n"
                        "        endpoint_url: https://api.atlassian.com/me\n"
                        "        field_mapping: {subject_fields: [account_id]}\n"
                        "      scopes: [\"read:me\", offline_access]\n"
                        "      additional_authorization_params: {audience: api.atlassian.com, prompt: consent}\n")},
    {.rule = Rule::AtlassianMetadata,
     .severity = Warning,
     .title = "The metadata of Atlassian's MCP server names another issuer",
     .why = "That of mcp.atlassian.com names cf.mcp.atlassian.com, that of auth.atlassian.com/ID, where /v1/mcp/authv2 sends clients, names "
            "auth.atlassian.com without the identifier. A client that compares the issuer, as RFC 8414 demands, refuses both.",
     .source = "RFC 8414 section 3.3; https://github.com/atlassian/atlassian-mcp-server/issues/205",
     .example = replace(Base::AuthServer, kBlock,
                        "    type: oauth2\n    oauth2_config:\n      authorization_endpoint: https://mcp.atlassian.com/v1/authorize\n"
                        "      token_endpoint: https://cf.mcp.atlassian.com/v1/token\n"
                        "      userinfo: {endpoint_url: \"https://api.atlassian.com/me\"}\n"
                        "      dcr_config: {discovery_url: \"https://mcp.atlassian.com/.well-known/oauth-authorization-server\"}\n",
                        "    type: oauth2\n    oauth2_config:\n      authorization_endpoint: https://mcp.atlassian.com/v1/authorize\n"
                        "      token_endpoint: https://cf.mcp.atlassian.com/v1/token\n"
                        "      userinfo: {endpoint_url: \"https://api.atlassian.com/me\"}\n"
                        "      dcr_config: {registration_endpoint: \"https://cf.mcp.atlassian.com/v1/register\"}\n")},
    {.rule = Rule::GitLabOfflineScope,
     .severity = Warning,
     .title = "GitLab refuses the scope offline_access",
     .why = "The login ends with invalid_scope. offline_access is asked for by default, so scopes must be written for GitLab; it always gives refresh tokens.",
     .source = "https://docs.gitlab.com/integration/openid_connect_provider/",
     .example = replace(Base::AuthServer, kIssuer, "      issuer_url: https://gitlab.com\n      client_id: vmcp\n",
                        "      issuer_url: https://gitlab.com\n      client_id: vmcp\n"
                        "      scopes: [openid, read_user]\n")},
    {.rule = Rule::CognitoOfflineScope,
     .severity = Warning,
     .title = "Cognito refuses the scope offline_access",
     .why = "The login ends with invalid_scope. offline_access is asked for by default, so scopes must be written for Cognito; it always gives refresh tokens.",
     .source = "https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html",
     .example = replace(Base::AuthServer, kIssuer, "      issuer_url: https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_abc\n      client_id: vmcp\n",
                        "      issuer_url: https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_abc\n      client_id: vmcp\n"
                        "      scopes: [openid, email]\n")},
    {.rule = Rule::CognitoIssuer,
     .severity = Warning,
     .title = "The domain of Cognito's login pages is no issuer",
     .why = "Tokens name the user pool, https://cognito-idp.REGION.amazonaws.com/POOL-ID, and discovery is there, too.",
     .source = "https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html",
     .example = replace(Base::AuthServer, kIssuer,
                        "      issuer_url: https://acme.auth.eu-central-1.amazoncognito.com\n      client_id: vmcp\n"
                        "      scopes: [openid, email]\n",
                        "      issuer_url: https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_abc\n      client_id: vmcp\n"
                        "      scopes: [openid, email]\n")},
    {.rule = Rule::CognitoAudience,
     .severity = Warning,
     .title = "Cognito's access tokens have no audience",
     .why = "They carry client_id instead of aud, unless the request names a resource: an audience that is checked for is never found.",
     .source = "https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html",
     .example = inputs(kCognitoAudienceFails, kIncomingPasses)},
    {.rule = Rule::SnowflakeIdentity,
     .severity = Warning,
     .title = "Snowflake says who the user is in the token response only",
     .why = "There is no userinfo endpoint: a login that asks for one fails, and without identity_from_token every login is a new user.",
     .source = "https://docs.snowflake.com/user-guide/oauth-custom",
     .example = replace(Base::AuthServer, kBlock,
                        "    type: oauth2\n    oauth2_config:\n      authorization_endpoint: https://acme.snowflakecomputing.com/oauth/authorize\n"
                        "      token_endpoint: https://acme.snowflakecomputing.com/oauth/token-request\n"
                        "      client_id: vmcp\n"
                        "      scopes: [refresh_token]\n",
                        "    type: oauth2\n    oauth2_config:\n      authorization_endpoint: https://acme.snowflakecomputing.com/oauth/authorize\n"
                        "      token_endpoint: https://acme.snowflakecomputing.com/oauth/token-request\n"
                        "      client_id: vmcp\n"
                        "      scopes: [refresh_token]\n"
                        "      identity_from_token: {subject_path: username}\n")},
    {.rule = Rule::SnowflakeRefresh,
     .severity = Warning,
     .title = "Snowflake gives no refresh token without the scope refresh_token",
     .why = "Its access token ends after ten minutes, unless the integration sets OAUTH_ACCESS_TOKEN_VALIDITY.",
     .source = "https://docs.snowflake.com/user-guide/oauth-custom#scope",
     .example = replace(Base::AuthServer, kBlock,
                        "    type: oauth2\n    oauth2_config:\n      authorization_endpoint: https://acme.snowflakecomputing.com/oauth/authorize\n"
                        "      token_endpoint: https://acme.snowflakecomputing.com/oauth/token-request\n"
                        "      client_id: vmcp\n"
                        "      scopes: [\"session:role:ANALYST\"]\n"
                        "      identity_from_token: {subject_path: username}\n",
                        "    type: oauth2\n    oauth2_config:\n      authorization_endpoint: https://acme.snowflakecomputing.com/oauth/authorize\n"
                        "      token_endpoint: https://acme.snowflakecomputing.com/oauth/token-request\n"
                        "      client_id: vmcp\n"
                        "      scopes: [refresh_token, \"session:role:ANALYST\"]\n"
                        "      identity_from_token: {subject_path: username}\n")},
    {.rule = Rule::SnowflakeOfflineScope,
     .severity = Warning,
     .title = "Snowflake does not know the scope offline_access",
     .why = "The login ends with \"The requested scope is invalid\". Its name for the same is refresh_token.",
     .source = "https://docs.snowflake.com/user-guide/oauth-custom#scope; https://github.com/snowflakedb/snowflake-connector-python/issues/2885",
     .example = replace(Base::AuthServer, kBlock,
                        "    type: oauth2\n    oauth2_config:\n      authorization_endpoint: https://acme.snowflakecomputing.com/oauth/authorize\n"
                        "      token_endpoint: https://acme.snowflakecomputing.com/oauth/token-request\n"
                        "      client_id: vmcp\n"
                        "      scopes: [refresh_token, offline_access]\n"
                        "      identity_from_token: {subject_path: username}\n",
                        "    type: oauth2\n    oauth2_config:\n      authorization_endpoint: https://acme.snowflakecomputing.com/oauth/authorize\n"
                        "      token_endpoint: https://acme.snowflakecomputing.com/oauth/token-request\n"
                        "      client_id: vmcp\n"
                        "      scopes: [refresh_token]\n"
                        "      identity_from_token: {subject_path: username}\n")},
});

}  // namespace
}  // namespace providers_service

std::span<const RuleInfo> service_rules() noexcept { return providers_service::kRules; }

}  // namespace vmcpauth::config::catalogue
