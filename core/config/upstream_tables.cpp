#include "core/config/upstream_tables.hpp"

#include "core/config/decoder.hpp"
#include "core/config/model.hpp"
#include "core/config/tables.hpp"

namespace vmcpauth::config {
namespace {

using table::block;
using table::flag;
using table::secret_env;
using table::secret_file;
using table::secret_ref;
using table::text;
using table::text_map;
using table::texts;

// ---- manifests (camelCase) ----

constexpr Field kMappingFields[] = {
    texts<&FieldMappingSpec::subject_fields>("subjectFields", "Members of the userinfo answer that may hold the subject, tried in order.", {.preset = "[sub]"}),
    texts<&FieldMappingSpec::name_fields>("nameFields", "Members that may hold the display name.", {.preset = "[name]"}),
    texts<&FieldMappingSpec::email_fields>("emailFields", "Members that may hold the e-mail address.", {.preset = "[email]"}),
};
constexpr Object kMapping{"fieldMapping", "Where a provider's userinfo answer keeps what OpenID Connect calls sub, name and email.", kMappingFields};

constexpr Field kUserInfoFields[] = {
    text<&UserInfoSpec::endpoint_url>("endpointUrl", "URL that answers with the user's profile.", {.required = true, .form = Form::HttpUrl}),
    text<&UserInfoSpec::http_method>("httpMethod", "Method of the request.", {.one_of = "GET|POST", .preset = "GET"}),
    text_map<&UserInfoSpec::additional_headers>("additionalHeaders", "Headers to send along."),
    block<&UserInfoSpec::field_mapping>("fieldMapping", kMapping, "Names of the members that identify the user."),
};
constexpr Object kUserInfo{"userInfo", "How to ask the provider who the user is.", kUserInfoFields};
constexpr Object kUserInfoOverride{"userInfoOverride", "Replaces the userinfo endpoint found by discovery.", kUserInfoFields};

constexpr Field kOidcUpstreamFields[] = {
    text<&OidcUpstreamSpec::issuer_url>("issuerUrl", "The provider's issuer identifier, exactly as its ID tokens spell it.",
                                        {.required = true, .form = Form::HttpsUrl}),
    text<&OidcUpstreamSpec::client_id>("clientId", "Our client identifier at the provider.", {.required = true}),
    secret_ref<&OidcUpstreamSpec::client_secret>("clientSecretRef", kSecretKeyRef, "Secret with our client secret; absent for a public client."),
    text<&OidcUpstreamSpec::redirect_uri>("redirectUri", "Where the provider sends users back to.", {.preset = "{resourceUrl}/oauth/callback"}),
    texts<&OidcUpstreamSpec::scopes>("scopes", "Scopes to ask for.", {.preset = "[openid, offline_access]"}),
    block<&OidcUpstreamSpec::userinfo>("userInfoOverride", kUserInfoOverride, "Replaces the userinfo endpoint found by discovery."),
    text_map<&OidcUpstreamSpec::authorization_params>("additionalAuthorizationParams", "Extra parameters of the authorization request.", {.max_items = 16}),
    text<&OidcUpstreamSpec::subject_claim>("subjectClaim", "Claim of the ID token that identifies the user.",
                                           {.form = Form::ClaimName, .max = 128, .preset = "sub"}),
};
constexpr Object kOidcUpstream{"oidcConfig", "An OpenID Connect provider.", kOidcUpstreamFields};

constexpr Field kTokenMappingFields[] = {
    text<&TokenMappingSpec::access_token_path>("accessTokenPath", "Dot path to the access token.", {.required = true, .min = 1}),
    text<&TokenMappingSpec::scope_path>("scopePath", "Dot path to the scope."),
    text<&TokenMappingSpec::refresh_token_path>("refreshTokenPath", "Dot path to the refresh token."),
    text<&TokenMappingSpec::expires_in_path>("expiresInPath", "Dot path to the lifetime in seconds."),
};
constexpr Object kTokenMapping{"tokenResponseMapping", "Where a non-standard token response keeps its members.", kTokenMappingFields};

constexpr Field kIdentityFields[] = {
    text<&IdentityFromTokenSpec::subject_path>("subjectPath", "Dot path to the subject; may use @upstreamjwt.", {.required = true, .min = 1, .max = 256}),
    text<&IdentityFromTokenSpec::name_path>("namePath", "Dot path to the display name.", {.min = 1, .max = 256}),
    text<&IdentityFromTokenSpec::email_path>("emailPath", "Dot path to the e-mail address.", {.min = 1, .max = 256}),
};
constexpr Object kIdentity{"identityFromToken", "The user's identity taken from the token response.", kIdentityFields};

constexpr Field kDcrFields[] = {
    text<&DcrSpec::discovery_url>("discoveryUrl", "Metadata document that names the registration endpoint.", {.form = Form::HttpsIssuerUrl, .max = 2048}),
    text<&DcrSpec::registration_endpoint>("registrationEndpoint", "Registration endpoint, when there is no metadata.",
                                          {.form = Form::HttpsIssuerUrl, .max = 2048}),
    secret_ref<&DcrSpec::initial_access_token>("initialAccessTokenRef", kSecretKeyRef, "Secret with the initial access token."),
    text<&DcrSpec::software_id>("softwareId", "RFC 7591 software_id.", {.max = 255}),
    text<&DcrSpec::software_statement>("softwareStatement", "RFC 7591 software statement, a signed JWT.", {.secret = true, .max = 16384}),
};
constexpr Object kDcr{"dcrConfig", "Register at the provider by RFC 7591 instead of using a fixed client.", kDcrFields};

constexpr Field kOAuth2Fields[] = {
    text<&OAuth2UpstreamSpec::authorization_endpoint>("authorizationEndpoint", "Authorization endpoint.", {.required = true, .form = Form::HttpUrl}),
    text<&OAuth2UpstreamSpec::token_endpoint>("tokenEndpoint", "Token endpoint.", {.required = true, .form = Form::HttpUrl}),
    text<&OAuth2UpstreamSpec::client_id>("clientId", "Our client identifier at the provider."),
    secret_ref<&OAuth2UpstreamSpec::client_secret>("clientSecretRef", kSecretKeyRef, "Secret with our client secret; absent for a public client."),
    text<&OAuth2UpstreamSpec::redirect_uri>("redirectUri", "Where the provider sends users back to.", {.preset = "{resourceUrl}/oauth/callback"}),
    texts<&OAuth2UpstreamSpec::scopes>("scopes", "Scopes to ask for."),
    block<&OAuth2UpstreamSpec::userinfo>("userInfo", kUserInfo, "How to ask the provider who the user is."),
    block<&OAuth2UpstreamSpec::token_response_mapping>("tokenResponseMapping", kTokenMapping, "Where a non-standard token response keeps its members."),
    block<&OAuth2UpstreamSpec::identity_from_token>("identityFromToken", kIdentity, "The user's identity taken from the token response."),
    text_map<&OAuth2UpstreamSpec::authorization_params>("additionalAuthorizationParams", "Extra parameters of the authorization request.", {.max_items = 16}),
    block<&OAuth2UpstreamSpec::dcr>("dcrConfig", kDcr, "Register at the provider by RFC 7591."),
    flag<&OAuth2UpstreamSpec::allow_private_ips>("allowPrivateIPs", "Let the provider's endpoints resolve to private addresses."),
    flag<&OAuth2UpstreamSpec::insecure_allow_http>("insecureAllowHTTP", "Allow http endpoints."),
};
constexpr Object kOAuth2{"oauth2Config", "An OAuth 2.0 provider without OpenID Connect.", kOAuth2Fields};

constexpr Field kUpstreamProviderFields[] = {
    text<&UpstreamSpec::name>("name", "Name that strategies refer to.", {.required = true, .form = Form::DnsLabel, .max = 63}),
    text<&UpstreamSpec::type>("type", "Which block applies.", {.required = true, .one_of = "oidc|oauth2"}),
    block<&UpstreamSpec::oidc>("oidcConfig", kOidcUpstream, "Settings of an OpenID Connect provider."),
    block<&UpstreamSpec::oauth2>("oauth2Config", kOAuth2, "Settings of an OAuth 2.0 provider."),
};

// ---- RunConfig (snake_case) ----

constexpr Field kMappingRunFields[] = {
    texts<&FieldMappingSpec::subject_fields>("subject_fields", "Members of the userinfo answer that may hold the subject, tried in order.",
                                             {.preset = "[sub]"}),
    texts<&FieldMappingSpec::name_fields>("name_fields", "Members that may hold the display name.", {.preset = "[name]"}),
    texts<&FieldMappingSpec::email_fields>("email_fields", "Members that may hold the e-mail address.", {.preset = "[email]"}),
};
constexpr Object kMappingRun{"field_mapping", "Where a provider's userinfo answer keeps what OpenID Connect calls sub, name and email.", kMappingRunFields};

constexpr Field kUserInfoRunFields[] = {
    text<&UserInfoSpec::endpoint_url>("endpoint_url", "URL that answers with the user's profile.", {.required = true, .form = Form::HttpUrl}),
    text<&UserInfoSpec::http_method>("http_method", "Method of the request.", {.one_of = "GET|POST|", .preset = "GET"}),
    text_map<&UserInfoSpec::additional_headers>("additional_headers", "Headers to send along."),
    block<&UserInfoSpec::field_mapping>("field_mapping", kMappingRun, "Names of the members that identify the user."),
};
constexpr Object kUserInfoRun{"userinfo", "How to ask the provider who the user is.", kUserInfoRunFields};
constexpr Object kUserInfoOverrideRun{"userinfo_override", "Replaces the userinfo endpoint found by discovery.", kUserInfoRunFields};

constexpr Field kOidcRunFields[] = {
    text<&OidcUpstreamSpec::issuer_url>("issuer_url", "The provider's issuer identifier, exactly as its ID tokens spell it.",
                                        {.required = true, .form = Form::HttpUrl}),
    text<&OidcUpstreamSpec::client_id>("client_id", "Our client identifier at the provider.", {.required = true}),
    secret_file<&OidcUpstreamSpec::client_secret>("client_secret_file", "File with our client secret."),
    secret_env<&OidcUpstreamSpec::client_secret>("client_secret_env_var", "Environment variable with our client secret."),
    text<&OidcUpstreamSpec::redirect_uri>("redirect_uri", "Where the provider sends users back to.", {.preset = "{issuer}/oauth/callback"}),
    texts<&OidcUpstreamSpec::scopes>("scopes", "Scopes to ask for.", {.preset = "[openid, offline_access]"}),
    block<&OidcUpstreamSpec::userinfo>("userinfo_override", kUserInfoOverrideRun, "Replaces the userinfo endpoint found by discovery."),
    text_map<&OidcUpstreamSpec::authorization_params>("additional_authorization_params", "Extra parameters of the authorization request."),
    text<&OidcUpstreamSpec::subject_claim>("subject_claim", "Claim of the ID token that identifies the user.", {.form = Form::ClaimName, .preset = "sub"}),
    flag<&OidcUpstreamSpec::allow_private_ips>("allow_private_ips", "Let the provider's endpoints resolve to private addresses."),
    flag<&OidcUpstreamSpec::insecure_allow_http>("insecure_allow_http", "Allow http endpoints."),
};
constexpr Object kOidcRun{"oidc_config", "An OpenID Connect provider.", kOidcRunFields};

constexpr Field kTokenMappingRunFields[] = {
    text<&TokenMappingSpec::access_token_path>("access_token_path", "Dot path to the access token.", {.required = true}),
    text<&TokenMappingSpec::scope_path>("scope_path", "Dot path to the scope."),
    text<&TokenMappingSpec::refresh_token_path>("refresh_token_path", "Dot path to the refresh token."),
    text<&TokenMappingSpec::expires_in_path>("expires_in_path", "Dot path to the lifetime in seconds."),
};
constexpr Object kTokenMappingRun{"token_response_mapping", "Where a non-standard token response keeps its members.", kTokenMappingRunFields};

constexpr Field kIdentityRunFields[] = {
    text<&IdentityFromTokenSpec::subject_path>("subject_path", "Dot path to the subject; may use @upstreamjwt.", {.required = true}),
    text<&IdentityFromTokenSpec::name_path>("name_path", "Dot path to the display name."),
    text<&IdentityFromTokenSpec::email_path>("email_path", "Dot path to the e-mail address."),
};
constexpr Object kIdentityRun{"identity_from_token", "The user's identity taken from the token response.", kIdentityRunFields};

constexpr Field kDcrRunFields[] = {
    text<&DcrSpec::discovery_url>("discovery_url", "Metadata document that names the registration endpoint.", {.form = Form::HttpUrl}),
    text<&DcrSpec::registration_endpoint>("registration_endpoint", "Registration endpoint, when there is no metadata.", {.form = Form::HttpUrl}),
    secret_file<&DcrSpec::initial_access_token>("initial_access_token_file", "File with the initial access token."),
    secret_env<&DcrSpec::initial_access_token>("initial_access_token_env_var", "Environment variable with the initial access token."),
    text<&DcrSpec::software_id>("software_id", "RFC 7591 software_id."),
    text<&DcrSpec::software_statement>("software_statement", "RFC 7591 software statement, a signed JWT.", {.secret = true}),
};
constexpr Object kDcrRun{"dcr_config", "Register at the provider by RFC 7591 instead of using a fixed client.", kDcrRunFields};

constexpr Field kOAuth2RunFields[] = {
    text<&OAuth2UpstreamSpec::authorization_endpoint>("authorization_endpoint", "Authorization endpoint.", {.form = Form::HttpUrl}),
    text<&OAuth2UpstreamSpec::token_endpoint>("token_endpoint", "Token endpoint.", {.form = Form::HttpUrl}),
    text<&OAuth2UpstreamSpec::client_id>("client_id", "Our client identifier at the provider."),
    secret_file<&OAuth2UpstreamSpec::client_secret>("client_secret_file", "File with our client secret."),
    secret_env<&OAuth2UpstreamSpec::client_secret>("client_secret_env_var", "Environment variable with our client secret."),
    text<&OAuth2UpstreamSpec::redirect_uri>("redirect_uri", "Where the provider sends users back to.", {.preset = "{issuer}/oauth/callback"}),
    texts<&OAuth2UpstreamSpec::scopes>("scopes", "Scopes to ask for."),
    block<&OAuth2UpstreamSpec::userinfo>("userinfo", kUserInfoRun, "How to ask the provider who the user is."),
    block<&OAuth2UpstreamSpec::token_response_mapping>("token_response_mapping", kTokenMappingRun, "Where a non-standard token response keeps its members."),
    block<&OAuth2UpstreamSpec::identity_from_token>("identity_from_token", kIdentityRun, "The user's identity taken from the token response."),
    text_map<&OAuth2UpstreamSpec::authorization_params>("additional_authorization_params", "Extra parameters of the authorization request."),
    block<&OAuth2UpstreamSpec::dcr>("dcr_config", kDcrRun, "Register at the provider by RFC 7591."),
    flag<&OAuth2UpstreamSpec::allow_private_ips>("allow_private_ips", "Let the provider's endpoints resolve to private addresses."),
    flag<&OAuth2UpstreamSpec::insecure_allow_http>("insecure_allow_http", "Allow http endpoints."),
};
constexpr Object kOAuth2Run{"oauth2_config", "An OAuth 2.0 provider without OpenID Connect.", kOAuth2RunFields};

constexpr Field kUpstreamRunFields[] = {
    text<&UpstreamSpec::name>("name", "Name that strategies refer to.", {.preset = "default"}),
    text<&UpstreamSpec::type>("type", "Which block applies.", {.required = true, .one_of = "oidc|oauth2"}),
    block<&UpstreamSpec::oidc>("oidc_config", kOidcRun, "Settings of an OpenID Connect provider."),
    block<&UpstreamSpec::oauth2>("oauth2_config", kOAuth2Run, "Settings of an OAuth 2.0 provider."),
};

}  // namespace

constexpr Object kUpstreamManifest{"upstream provider", "One identity provider; users log in at each, in this order.", kUpstreamProviderFields};
constexpr Object kUpstreamRunConfig{"upstream", "One identity provider; users log in at each, in this order.", kUpstreamRunFields};

}  // namespace vmcpauth::config
