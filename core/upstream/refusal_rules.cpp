#include "core/upstream/refusal_rules.hpp"

#include <algorithm>
#include <array>

#include "core/http/headers.hpp"

namespace vmcpauth::upstream {
namespace {

constexpr std::uint8_t bit(Asked asked) { return static_cast<std::uint8_t>(1U << static_cast<unsigned>(asked)); }
constexpr std::uint8_t kLogin = bit(Asked::Login);
constexpr std::uint8_t kRefresh = bit(Asked::Refresh);
constexpr std::uint8_t kExchange = bit(Asked::Exchange);
constexpr std::uint8_t kRevoke = bit(Asked::Revocation);
constexpr std::uint8_t kAny = 0xFF;

constexpr std::array kRules{
    // Google
    RefusalRule{"google.no-offline-access", kAny, "google.com", "invalid_scope", "offline_access",
                "Google has no offline_access: list the scopes without it and set additional_authorization_params access_type=offline"},
    RefusalRule{"google.refresh-token-dead", kRefresh, "googleapis.com", "invalid_grant", "",
                "the user revoked access, or the refresh token is older than the limit (7 days while the consent screen is in testing): sign in again"},
    RefusalRule{"google.sts-audience", kExchange, "sts.googleapis.com", "invalid_request", "audience",
                "the audience must be the full resource name of the workload identity provider: //iam.googleapis.com/projects/…/providers/…"},
    // Microsoft Entra ID; the number is in the description
    RefusalRule{"entra.resource-conflicts-with-scope", kAny, "", "", "AADSTS9010010",
                "Entra refuses a resource that differs from the scopes' own: ask for scopes of one API only and send no resource"},
    RefusalRule{"entra.wrong-secret", kAny, "", "", "AADSTS7000215", "the configured client secret is wrong: Entra wants the secret's value, not its id"},
    RefusalRule{"entra.secret-expired", kAny, "", "", "AADSTS7000222", "the application's client secret has expired: create a new one in Entra"},
    RefusalRule{"entra.secret-missing", kAny, "", "", "AADSTS7000218",
                "Entra knows this application as confidential and wants client_secret or client_assertion in the request"},
    RefusalRule{"entra.public-client-with-secret", kAny, "", "", "AADSTS700025", "Entra knows this application as public: send no client secret"},
    RefusalRule{"entra.assertion-audience", kAny, "", "", "AADSTS500131",
                "the subject token was issued for another application: its aud must be the client that exchanges it"},
    RefusalRule{"entra.assertion-invalid", kAny, "", "", "AADSTS50013",
                "Entra does not accept the subject token: it must come from the same tenant and be meant for the client that exchanges it (not for Graph)"},
    RefusalRule{"entra.consent-missing", kAny, "", "", "AADSTS65001", "nobody consented to these scopes for the application: grant admin consent in Entra"},
    RefusalRule{"entra.scope-unknown", kAny, "", "", "AADSTS70011",
                "a scope is unknown to Entra: write API scopes as api://<application>/<scope> or …/.default"},
    RefusalRule{"entra.resource-unknown", kAny, "", "", "AADSTS500011", "the API that the scope or resource names has no service principal in this tenant"},
    RefusalRule{"entra.unknown-application", kAny, "", "", "AADSTS700016",
                "the application is not known in this Entra tenant: check client_id and the tenant in the issuer"},
    RefusalRule{"entra.unknown-tenant", kAny, "", "", "AADSTS90002", "the tenant does not exist: check it in the issuer or token URL"},
    RefusalRule{"entra.redirect-uri", kAny, "", "", "AADSTS50011", "register exactly this redirect_uri with the application in Entra"},
    RefusalRule{"entra.refresh-token-inactive", kAny, "", "", "AADSTS700082", "the refresh token was not used for too long: sign in again"},
    RefusalRule{"entra.refresh-token-expired", kAny, "", "", "AADSTS70008", "the code or refresh token has expired: sign in again"},
    RefusalRule{"entra.session-revoked", kAny, "", "", "AADSTS50173", "the session was revoked, often by a new password: sign in again"},
    RefusalRule{"entra.session-controls", kAny, "", "", "AADSTS70043", "conditional access ended the session: sign in again"},
    RefusalRule{"entra.mfa-required", kAny, "", "", "AADSTS50076", "conditional access wants a second factor: the user has to sign in again"},
    RefusalRule{"entra.mfa-enrolment", kAny, "", "", "AADSTS50079", "the user has to enrol a second factor before signing in again"},
    RefusalRule{"entra.conditional-access", kAny, "", "", "AADSTS53003", "a conditional access policy of the tenant blocks this token"},
    RefusalRule{"entra.user-not-assigned", kAny, "", "", "AADSTS50105", "the user is not assigned to the application in Entra"},
    RefusalRule{"entra.foreign-user", kAny, "", "", "AADSTS50020", "the account is of another tenant and not a guest in this one"},
    RefusalRule{"entra.token-for-itself", kAny, "", "", "AADSTS90009", "an application asking for a token for itself must use its GUID, not api://…"},
    RefusalRule{"entra.unsupported-grant", kAny, "", "", "AADSTS70003",
                "Entra has no RFC 8693 token exchange; its on-behalf-of flow is the jwt-bearer grant with requested_token_use=on_behalf_of"},
    RefusalRule{"entra.no-token-exchange", kExchange, "login.microsoftonline.com", "unsupported_grant_type", "",
                "Entra has no RFC 8693 token exchange; its on-behalf-of flow is the jwt-bearer grant with requested_token_use=on_behalf_of"},
    // GitHub, Slack
    RefusalRule{"github.code-dead", kAny, "", "bad_verification_code", "", "GitHub's code was used before, or is older than ten minutes: sign in again"},
    RefusalRule{"github.refresh-token-dead", kAny, "", "bad_refresh_token", "", "the refresh token was used before or is older than six months: sign in again"},
    RefusalRule{"github.wrong-secret", kAny, "", "incorrect_client_credentials", "", "check client_id and client_secret of the GitHub application"},
    RefusalRule{"github.redirect-uri", kAny, "", "redirect_uri_mismatch", "", "register exactly this redirect_uri with the provider's application"},
    RefusalRule{"slack.redirect-uri", kAny, "", "bad_redirect_uri", "", "register exactly this redirect_uri with the Slack application"},
    RefusalRule{"slack.token-expired", kAny, "slack.com", "token_expired", "", "the token has expired and rotation is on: refresh it, or sign in again"},
    RefusalRule{"slack.refresh-token-dead", kAny, "slack.com", "invalid_refresh_token", "", "the refresh token was used before: sign in again"},
    // Okta, Keycloak, Auth0
    RefusalRule{
        "okta.access-policy", kAny, "", "access_denied", "policy evaluation failed",
        "no access policy of this Okta authorization server lets the client have these scopes: add a rule (for exchange, with the token-exchange grant)"},
    RefusalRule{"okta.subject-token", kExchange, "", "invalid_grant", "subject_token",
                "the subject token is expired, of another authorization server, or not trusted by this one"},
    RefusalRule{"keycloak.exchange-off", kExchange, "", "", "standard token exchange is not enabled",
                "switch on \"Standard token exchange\" in the capabilities of the client that exchanges"},
    RefusalRule{"keycloak.client-not-allowed", kExchange, "", "access_denied", "not allowed to exchange",
                "the client may not exchange this token: its aud must hold the client, or a token-exchange permission is missing"},
    RefusalRule{"keycloak.audience-unavailable", kExchange, "", "", "audience not available",
                "the requested audience is not among the client's: add an audience mapper or the scope that brings it"},
    RefusalRule{"keycloak.audience-not-in-token", kExchange, "", "", "not within the token audience",
                "the client that exchanges is not in the subject token's aud: add an audience mapper to the login client"},
    RefusalRule{"keycloak.subject-token", kExchange, "", "", "subject_token validation failure", "the subject token is expired, revoked, or of another realm"},
    RefusalRule{"auth0.no-grant", kAny, "auth0.com", "unauthorized_client", "", "switch on this grant type in the application's advanced settings at Auth0"},
    // RFC 8693 and RFC 8707, of any service
    RefusalRule{"exchange.target", kExchange, "", "invalid_target", "",
                "the service does not know this audience or resource, or the client may not have it: compare it with what the service lists (try --try)"},
    RefusalRule{"exchange.subject-type", kExchange, "", "", "subject_token_type",
                "the service takes another type of subject token: try id_token or jwt instead of access_token (or --try)"},
    RefusalRule{"exchange.unsupported", kExchange, "", "unsupported_grant_type", "", "the service does not do RFC 8693 token exchange, or not at this URL"},
    RefusalRule{"exchange.unsupported-token-type", kExchange, "", "unsupported_token_type", "",
                "the service does not exchange this type of token: try another subject token type"},
    RefusalRule{"exchange.client", kExchange, "", "unauthorized_client", "",
                "allow the token-exchange grant for this client at the service, and let it have the audience"},
    RefusalRule{"exchange.subject-dead", kExchange, "", "invalid_grant", "",
                "the subject token is expired, revoked, of an issuer the service does not trust, or not meant for this client: inspect it"},
    RefusalRule{"exchange.subject-token", kExchange, "", "invalid_token", "",
                "the service does not accept the subject token: inspect it for expiry, issuer and audience"},
    RefusalRule{"exchange.denied", kExchange, "", "access_denied", "", "a policy of the service forbids this exchange for the client or the user"},
    RefusalRule{"exchange.request", kExchange, "", "invalid_request", "",
                "RFC 8693 services answer so for a subject token they do not accept and for a parameter they miss: inspect the token, try --try"},
    RefusalRule{"any.scope", kAny, "", "invalid_scope", "", "a scope is unknown there or more than the client may have"},
    RefusalRule{"any.target", kAny, "", "invalid_target", "", "the resource or audience is not one the server issues tokens for (RFC 8707)"},
    // RFC 6749, of any server
    RefusalRule{"refresh.dead", kRefresh, "", "invalid_grant", "",
                "the refresh token is expired, revoked, or was used before by somebody else: only a new login helps"},
    RefusalRule{"revoke.unsupported", kRevoke, "", "unsupported_token_type", "", "the server revokes only refresh tokens, or only access tokens (RFC 7009)"},
    RefusalRule{"any.client", kAny, "", "invalid_client", "", "check client_id and client_secret, and how the provider expects the client to authenticate"},
    RefusalRule{"refresh.client", kRefresh, "", "unauthorized_client", "", "allow the refresh token grant for this client at the provider"},
    RefusalRule{"login.client", kLogin, "", "unauthorized_client", "",
                "allow the authorization code (and refresh token) grant for this client at the provider"},
    RefusalRule{"any.busy", kAny, "", "temporarily_unavailable", "", "the server is overloaded or in maintenance: try again later"},
    RefusalRule{"any.rate", kAny, "", "slow_down", "", "too many requests: try again later"},
};

bool holds(std::string_view text, std::string_view words) { return words.empty() || http::to_lower(text).find(http::to_lower(words)) != std::string::npos; }

}  // namespace

std::span<const RefusalRule> refusal_rules() noexcept { return kRules; }

const RefusalRule* find_refusal_rule(Asked asked, const Url& url, std::string_view code, std::string_view description) {
  const auto* const found = std::find_if(kRules.begin(), kRules.end(), [&](const RefusalRule& rule) {
    return (rule.asked & bit(asked)) != 0 && (rule.host.empty() || url.host().ends_with(rule.host)) && (rule.code.empty() || rule.code == code) &&
           holds(description, rule.words);
  });
  return found == kRules.end() ? nullptr : found;
}

}  // namespace vmcpauth::upstream
