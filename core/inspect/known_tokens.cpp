#include "core/inspect/known_tokens.hpp"

#include <algorithm>
#include <array>

#include "core/base/url.hpp"
#include "core/inspect/claim_values.hpp"

namespace vmcpauth::inspect {
namespace {

struct Prefix {
  std::string_view prefix;
  Recognition what;
};

// Longer prefixes before shorter ones they begin with.
constexpr std::array kPrefixes{
    Prefix{"gho_", {"github-oauth", "GitHub OAuth app user token", "It does not expire; it ends when the user revokes it or after a year without use."}},
    Prefix{"ghu_", {"github-app-user", "GitHub App user token", "It lives 8 hours unless the app opted out; its permissions are the app's, not scopes."}},
    Prefix{"ghs_", {"github-app-installation", "GitHub App installation token", "It lives one hour and acts for the app, not for a user."}},
    Prefix{"ghr_", {"github-refresh", "GitHub App refresh token", "It is for the token endpoint only, works once and lives six months.", true}},
    Prefix{"ghp_", {"github-personal", "GitHub personal access token (classic)", "It came from a settings page, not from a login here.", true}},
    Prefix{"github_pat_", {"github-personal-fine", "GitHub fine-grained personal access token", "It came from a settings page, not from a login here.", true}},
    Prefix{"ya29.", {"google-access", "Google access token", "It is opaque and lives an hour. https://oauth2.googleapis.com/tokeninfo says its scopes."}},
    Prefix{"1//", {"google-refresh", "Google refresh token", "It is for the token endpoint only; Google gives it once, with access_type=offline.", true}},
    Prefix{"GOCSPX-", {"google-client-secret", "Google client secret", "It is no token at all.", true}},
    Prefix{"xoxe.xox", {"slack-rotated", "Slack token with rotation", "It lives 12 hours and is refreshed with an xoxe- token."}},
    Prefix{"xoxe-", {"slack-refresh", "Slack refresh token", "It is for the token endpoint only and works once.", true}},
    Prefix{"xoxb-", {"slack-bot", "Slack bot token", "It acts for the app. The user's token is in authed_user.access_token of the answer."}},
    Prefix{"xoxp-", {"slack-user", "Slack user token", "It does not expire unless rotation is on for the app."}},
    Prefix{"xapp-", {"slack-app", "Slack app-level token", "It opens sockets and configures the app; it is not for the Web API.", true}},
    Prefix{"glpat-", {"gitlab-personal", "GitLab personal access token", "It came from a settings page, not from a login here.", true}},
    Prefix{"gloas-", {"gitlab-client-secret", "GitLab OAuth application secret", "It is a client secret, no token.", true}},
    Prefix{"gldt-", {"gitlab-deploy", "GitLab deploy token", "", true}},
    Prefix{"glcbt-", {"gitlab-job", "GitLab CI job token", "It ends with its job.", true}},
    Prefix{"ATATT3", {"atlassian-api", "Atlassian API token", "It goes with the account's e-mail into Basic authentication, not into Bearer.", true}},
    Prefix{"lin_oauth_", {"linear-oauth", "Linear OAuth token", ""}},
    Prefix{"lin_api_", {"linear-api", "Linear API key", "It is sent without the word Bearer.", true}},
    Prefix{"ntn_", {"notion", "Notion token", "It does not expire."}},
    Prefix{"secret_", {"notion-old", "Notion token (old form)", "It does not expire."}},
    Prefix{"hf_", {"hugging-face", "Hugging Face token", ""}},
    Prefix{"sk-ant-", {"anthropic-api", "Anthropic API key", "It goes into x-api-key, not into Authorization.", true}},
    Prefix{"sk-", {"api-key", "API key of the sk- form", "It is an API key, not a token from a login.", true}},
    Prefix{"npm_", {"npm", "npm access token", "", true}},
    Prefix{"AKIA", {"aws-key-id", "AWS access key id", "It is half of a key pair and no bearer token.", true}},
    Prefix{"ASIA", {"aws-temporary-key-id", "AWS temporary access key id", "It is a part of temporary credentials and no bearer token.", true}},
    Prefix{"00D", {"salesforce", "Salesforce session or access token", "It is opaque; its life is the organisation's session timeout."}},
    Prefix{"vrt_", {"vmcpauth-refresh", "refresh token of a vmcpauth authorization server", "It is for /oauth/token and /oauth/revoke only.", true}},
    Prefix{"vac_", {"vmcpauth-code", "authorization code of a vmcpauth authorization server", "It works once, at /oauth/token.", true}},
};

constexpr Recognition kVmcp{"vmcp", "access token of a vMCP authorization server", "No provider's token is in it: its tsid leads to them in the store."};
constexpr Recognition kEntraV1{
    "entra-v1", "Microsoft Entra ID access token, version 1",
    "Its issuer is sts.windows.net, not the login.microsoftonline.com/…/v2.0 of discovery: set accessTokenAcceptedVersion to 2 in the API's manifest, or "
    "configure the v1 issuer. sub differs per application; oid is the user."};
constexpr Recognition kEntraV2{"entra-v2", "Microsoft Entra ID token, version 2", "sub differs per application; oid names the user across applications."};
constexpr Recognition kGraph{"microsoft-graph", "access token for Microsoft Graph",
                             "It is for Graph only: treat it as opaque. A token for your own API needs a scope of that API."};
constexpr Recognition kGoogleId{"google-id", "Google ID token", "Its audience is the client id. Google's access tokens are opaque (ya29.…)."};
constexpr Recognition kOktaOrg{
    "okta-org", "token of an Okta org authorization server",
    "Only Okta can check it: its keys are not published for others. For an API of your own use a custom authorization server (issuer …/oauth2/<id>)."};
constexpr Recognition kOktaCustom{"okta-custom", "token of an Okta custom authorization server", ""};
constexpr Recognition kAuth0{"auth0", "Auth0 token", "The issuer ends with a slash, and so must the configured one."};
constexpr Recognition kAuth0Opaque{"auth0-opaque", "Auth0 access token without an audience",
                                   "It is encrypted for Auth0 itself (alg dir): ask for an audience in the login to get a JWT."};
constexpr Recognition kKeycloak{"keycloak", "Keycloak token",
                                "Keycloak ignores resource: the audience comes from mappers and client scopes. azp is the client."};
constexpr Recognition kCognito{"cognito", "Amazon Cognito token", "Access tokens of Cognito have client_id instead of aud."};
constexpr Recognition kGitlabId{"gitlab-id", "GitLab token", ""};
constexpr Recognition kKubernetes{"kubernetes", "Kubernetes service account token", "It stands for a pod, not for a user."};
constexpr Recognition kGithubActions{"github-actions", "GitHub Actions token", "It stands for a workflow run, not for a user."};
constexpr Recognition kAtlassian{"atlassian", "Atlassian access token", "It lives one hour; the refresh token rotates and needs offline_access."};
constexpr Recognition kCut{"cut-jwt", "a JWT that was cut", "It begins like a JWT but has not three parts: part of it was lost on the way."};

bool ends_with_host(const std::string& host, std::string_view suffix) {
  return host == suffix || (host.ends_with(suffix) && host[host.size() - suffix.size() - 1] == '.');
}

std::optional<Recognition> by_issuer(const Json& claims) {
  const auto issuer = text_claim(claims, "iss");
  if (issuer == "kubernetes/serviceaccount" || claims.contains("kubernetes.io")) return kKubernetes;
  const auto url = Url::parse(issuer.find("://") == std::string::npos ? "https://" + issuer : issuer);
  if (!url) return std::nullopt;
  const auto& host = url->host();
  const bool okta = ends_with_host(host, "okta.com") || ends_with_host(host, "oktapreview.com") || ends_with_host(host, "okta-emea.com");
  if (host == "sts.windows.net") return kEntraV1;
  if (host == "login.microsoftonline.com") return kEntraV2;
  if (host == "accounts.google.com") return kGoogleId;
  if (okta) return url->path().find("/oauth2/") == std::string::npos ? kOktaOrg : kOktaCustom;
  if (ends_with_host(host, "auth0.com")) return kAuth0;
  if (host.starts_with("cognito-idp.")) return kCognito;
  if (host == "gitlab.com") return kGitlabId;
  if (host == "token.actions.githubusercontent.com") return kGithubActions;
  if (host == "auth.atlassian.com") return kAtlassian;
  if (url->path().find("/realms/") != std::string::npos) return kKeycloak;
  return std::nullopt;
}

std::optional<Recognition> of_jwt(const DecodedToken& token) {
  if (token.claims.contains("tsid")) return kVmcp;
  const auto audience = audience_claim(token.claims);
  const bool graph = std::any_of(audience.begin(), audience.end(), [](const std::string& value) {
    return value == "00000003-0000-0000-c000-000000000000" || value.starts_with("https://graph.microsoft.com");
  });
  return graph ? kGraph : by_issuer(token.claims);
}

std::optional<Recognition> of_opaque(std::string_view token) {
  const auto* const found = std::find_if(kPrefixes.begin(), kPrefixes.end(), [&](const Prefix& prefix) { return token.starts_with(prefix.prefix); });
  if (found != kPrefixes.end()) return found->what;
  return token.starts_with("eyJ") ? std::optional(kCut) : std::nullopt;
}

}  // namespace

std::optional<Recognition> recognise(const DecodedToken& token) {
  switch (token.form) {
    case TokenForm::Jws: return token.claims.is_object() ? of_jwt(token) : std::nullopt;
    case TokenForm::Jwe: return text_claim(token.header, "alg") == "dir" && token.header.contains("iss") ? std::optional(kAuth0Opaque) : std::nullopt;
    case TokenForm::Opaque: return of_opaque(token.token.reveal());
  }
  return std::nullopt;
}

}  // namespace vmcpauth::inspect
