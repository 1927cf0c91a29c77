#include "core/config/decoder.hpp"
#include "core/config/model.hpp"
#include "core/config/tables.hpp"

namespace vmcpauth::config {
namespace {

using table::block;
using table::bounded;
using table::flag;
using table::other;
using table::secret_env;
using table::secret_literal;
using table::secret_ref;
using table::text;
using table::texts;

constexpr Field kUpstreamInjectFields[] = {
    text<&UpstreamInjectSpec::provider_name>("providerName", "Upstream whose access token the backend gets.", {.required = true}),
};
constexpr Object kUpstreamInject{"upstreamInject", "The user's token of one upstream, as it is.", kUpstreamInjectFields};

// ---- MCPExternalAuthConfig ----

constexpr Field kHeaderFields[] = {
    text<&HeaderInjectionSpec::header_name>("headerName", "Header to set.", {.required = true, .min = 1}),
    secret_ref<&HeaderInjectionSpec::value>("valueSecretRef", kSecretKeyRef, "Secret with the header's value.", {.required = true}),
};
constexpr Object kHeader{"headerInjection", "A fixed header.", kHeaderFields};

constexpr Field kBearerFields[] = {
    secret_ref<&BearerTokenSpec::token>("tokenSecretRef", kSecretKeyRef, "Secret with the token.", {.required = true}),
};
constexpr Object kBearer{"bearerToken", "A fixed bearer token.", kBearerFields};

constexpr Field kExchangeFields[] = {
    text<&TokenExchangeSpec::token_url>("tokenUrl", "Token endpoint that exchanges (RFC 8693).", {.required = true}),
    text<&TokenExchangeSpec::client_id>("clientId", "Our client identifier there."),
    secret_ref<&TokenExchangeSpec::client_secret>("clientSecretRef", kSecretKeyRef, "Secret with our client secret there."),
    text<&TokenExchangeSpec::audience>("audience", "Audience of the exchanged token.", {.required = true}),
    texts<&TokenExchangeSpec::scopes>("scopes", "Scopes of the exchanged token."),
    text<&TokenExchangeSpec::subject_token_type>("subjectTokenType", "What kind of token is exchanged.",
                                                 {.form = Form::SubjectTokenType, .preset = "access_token"}),
    text<&TokenExchangeSpec::external_token_header_name>("externalTokenHeaderName", "Header for the exchanged token.", {.preset = "Authorization"}),
    text<&TokenExchangeSpec::subject_provider_name>("subjectProviderName", "Upstream whose token is exchanged; the first one when it is not said."),
};
constexpr Object kExchange{"tokenExchange", "An exchanged token (RFC 8693).", kExchangeFields};

constexpr Field kRoleFields[] = {
    bounded("claim", FieldType::String, {.min = 1}, "Value that the role claim must have."),
    bounded("matcher", FieldType::String, {.min = 1}, "CEL expression over the claims."),
    bounded("priority", FieldType::Integer, {.min = 0}, "Lower numbers go first."),
    bounded("roleArn", FieldType::String, {.required = true, .form = Form::RoleArn}, "Role to assume."),
};
constexpr Object kRole{"role mapping", "Which role for which claim.", kRoleFields};
struct RoleSink {};
constexpr Field role_mappings() {
  return {"roleMappings", FieldType::Blocks, "Which role for which claim.", {}, &kRole, [](void*, Decoder& d, const Field& f, const Member& m) {
            if (!d.list(f, m.value, m.key_at)) return;
            RoleSink sink;
            for (const auto& item : m.value.items) d.decode(*f.object, item, item.at, &sink);
          }};
}

constexpr Field kAwsFields[] = {
    text<&AwsStsSpec::region>("region", "AWS region.", {.required = true, .form = Form::AwsRegion, .min = 1}),
    other("service", FieldType::String),
    bounded("fallbackRoleArn", FieldType::String, {.form = Form::RoleArn}, "Role when no mapping fits."),
    role_mappings(),
    other("roleClaim", FieldType::String),
    bounded("sessionDuration", FieldType::Integer, {.min = 900, .max = 43200}, "Seconds."),
    other("sessionNameClaim", FieldType::String),
    text<&AwsStsSpec::subject_provider_name>("subjectProviderName", "Upstream whose token identifies the user to AWS."),
};
constexpr Object kAws{"awsSts", "AWS credentials by web identity.", kAwsFields};

constexpr Field kOboFields[] = {
    other("audience", FieldType::String),
    bounded("authority", FieldType::String, {.form = Form::HttpsIssuerUrl}, "Base URL of Entra."),
    other("cacheSkew", FieldType::Period),
    other("clientId", FieldType::String),
    secret_ref<&OboSpec::client_secret>("clientSecretRef", kSecretKeyRef, "Secret with our client secret."),
    bounded("scopes", FieldType::Strings, {.min = 1, .max = 256, .max_items = 20}, "Scopes of the token."),
    bounded("tenantId", FieldType::String, {.form = Form::TenantId, .max = 253}, "Entra tenant."),
    text<&OboSpec::subject_provider_name>("subjectTokenProviderName", "Upstream whose token is the assertion.", {.form = Form::DnsLabel, .min = 1, .max = 63}),
};
constexpr Object kObo{"obo", "Entra on-behalf-of (enterprise builds of ToolHive only).", kOboFields};

constexpr Field kXaaFields[] = {
    text<&XaaSpec::idp_token_url>("idpTokenUrl", "Token endpoint of the identity provider.", {.required = true, .form = Form::HttpsUrl}),
    other("idpClientId", FieldType::String),
    secret_ref<&XaaSpec::idp_client_secret>("idpClientSecretRef", kSecretKeyRef, "Secret with our client secret at the identity provider."),
    text<&XaaSpec::target_token_url>("targetTokenUrl", "Token endpoint of the target's authorization server.", {.required = true}),
    flag<&XaaSpec::insecure_target_token_url>("insecureTargetTokenUrl", "Allow http for it."),
    other("targetClientId", FieldType::String),
    secret_ref<&XaaSpec::target_client_secret>("targetClientSecretRef", kSecretKeyRef, "Secret with our client secret at the target."),
    bounded("targetAudience", FieldType::String, {.required = true}, "Issuer of the target's authorization server."),
    other("targetResource", FieldType::String),
    other("scopes", FieldType::Strings),
    text<&XaaSpec::subject_provider_name>("subjectProviderName", "Upstream whose ID token is the subject."),
    bounded("subjectTokenType", FieldType::String, {.one_of = "urn:ietf:params:oauth:token-type:id_token"}, "Kind of the subject token."),
};
constexpr Object kXaa{"xaa", "Cross-application access (ID-JAG).", kXaaFields};

constexpr Field kExternalAuthFields[] = {
    text<&StrategySpec::type>(
        "type", "Which block applies.",
        {.required = true, .one_of = "tokenExchange|headerInjection|bearerToken|unauthenticated|embeddedAuthServer|awsSts|upstreamInject|obo|xaa"}),
    block<&StrategySpec::token_exchange>("tokenExchange", kExchange, "An exchanged token (RFC 8693)."),
    block<&StrategySpec::header_injection>("headerInjection", kHeader, "A fixed header."),
    block<&StrategySpec::bearer_token>("bearerToken", kBearer, "A fixed bearer token."),
    block<&StrategySpec::embedded_auth_server>("embeddedAuthServer", kAuthServerManifest, "An authorization server for one MCPServer or MCPRemoteProxy."),
    block<&StrategySpec::aws_sts>("awsSts", kAws, "AWS credentials by web identity."),
    block<&StrategySpec::upstream_inject>("upstreamInject", kUpstreamInject, "The user's token of one upstream, as it is."),
    block<&StrategySpec::obo>("obo", kObo, "Entra on-behalf-of."),
    block<&StrategySpec::xaa>("xaa", kXaa, "Cross-application access (ID-JAG)."),
};

// ---- runtime YAML ----

constexpr Field kHeaderRunFields[] = {
    text<&HeaderInjectionSpec::header_name>("headerName", "Header to set.", {.required = true}),
    secret_literal<&HeaderInjectionSpec::value>("headerValue", "The header's value."),
    secret_env<&HeaderInjectionSpec::value>("headerValueEnv", "Environment variable with the header's value."),
};
constexpr Object kHeaderRun{"headerInjection", "A fixed header.", kHeaderRunFields};

constexpr Field kExchangeRunFields[] = {
    text<&TokenExchangeSpec::token_url>("tokenUrl", "Token endpoint that exchanges (RFC 8693).", {.required = true}),
    text<&TokenExchangeSpec::client_id>("clientId", "Our client identifier there."),
    secret_literal<&TokenExchangeSpec::client_secret>("clientSecret", "Our client secret there."),
    secret_env<&TokenExchangeSpec::client_secret>("clientSecretEnv", "Environment variable with our client secret there."),
    text<&TokenExchangeSpec::audience>("audience", "Audience of the exchanged token."),
    texts<&TokenExchangeSpec::scopes>("scopes", "Scopes of the exchanged token."),
    text<&TokenExchangeSpec::subject_token_type>("subjectTokenType", "What kind of token is exchanged.",
                                                 {.form = Form::SubjectTokenType, .preset = "access_token"}),
    text<&TokenExchangeSpec::subject_provider_name>("subjectProviderName", "Upstream whose token is exchanged; the first one when it is not said."),
};
constexpr Object kExchangeRun{"tokenExchange", "An exchanged token (RFC 8693).", kExchangeRunFields};

constexpr Field kAwsRunFields[] = {
    text<&AwsStsSpec::region>("region", "AWS region.", {.required = true}),
    other("service", FieldType::String),
    other("fallbackRoleArn", FieldType::String),
    role_mappings(),
    other("roleClaim", FieldType::String),
    other("sessionDuration", FieldType::Integer),
    other("sessionNameClaim", FieldType::String),
    text<&AwsStsSpec::subject_provider_name>("subjectProviderName", "Upstream whose token identifies the user to AWS."),
};
constexpr Object kAwsRun{"awsSts", "AWS credentials by web identity.", kAwsRunFields};

constexpr Field kOboRunFields[] = {
    other("tokenUrl", FieldType::String),
    other("clientId", FieldType::String),
    secret_literal<&OboSpec::client_secret>("clientSecret", "Our client secret."),
    secret_env<&OboSpec::client_secret>("clientSecretEnv", "Environment variable with our client secret."),
    other("audience", FieldType::String),
    other("scopes", FieldType::Strings),
    other("cacheSkewSeconds", FieldType::Integer),
    text<&OboSpec::subject_provider_name>("subjectTokenProviderName", "Upstream whose token is the assertion."),
};
constexpr Object kOboRun{"obo", "Entra on-behalf-of (enterprise builds of ToolHive only).", kOboRunFields};

constexpr Field kXaaRunFields[] = {
    text<&XaaSpec::idp_token_url>("idpTokenUrl", "Token endpoint of the identity provider.", {.required = true}),
    other("idpClientId", FieldType::String),
    secret_literal<&XaaSpec::idp_client_secret>("idpClientSecret", "Our client secret at the identity provider."),
    secret_env<&XaaSpec::idp_client_secret>("idpClientSecretEnv", "Environment variable with our client secret at the identity provider."),
    text<&XaaSpec::target_token_url>("targetTokenUrl", "Token endpoint of the target's authorization server.", {.required = true}),
    flag<&XaaSpec::insecure_target_token_url>("insecureTargetTokenUrl", "Allow http for it."),
    other("targetClientId", FieldType::String),
    secret_literal<&XaaSpec::target_client_secret>("targetClientSecret", "Our client secret at the target."),
    secret_env<&XaaSpec::target_client_secret>("targetClientSecretEnv", "Environment variable with our client secret at the target."),
    other("targetAudience", FieldType::String),
    other("targetResource", FieldType::String),
    other("scopes", FieldType::Strings),
    text<&XaaSpec::subject_provider_name>("subjectProviderName", "Upstream whose ID token is the subject."),
    other("subjectTokenType", FieldType::String),
};
constexpr Object kXaaRun{"xaa", "Cross-application access (ID-JAG).", kXaaRunFields};

// The runtime takes an empty providerName for "default"; whether there is one is a rule (V-06).
constexpr Field kUpstreamInjectRunFields[] = {
    text<&UpstreamInjectSpec::provider_name>("providerName", "Upstream whose access token the backend gets."),
};
constexpr Object kUpstreamInjectRun{"upstreamInject", "The user's token of one upstream, as it is.", kUpstreamInjectRunFields};

constexpr Field kStrategyFields[] = {
    text<&StrategySpec::type>("type", "Which block applies.",
                              {.required = true, .one_of = "unauthenticated|header_injection|token_exchange|upstream_inject|aws_sts|obo|xaa"}),
    block<&StrategySpec::header_injection>("headerInjection", kHeaderRun, "A fixed header."),
    block<&StrategySpec::token_exchange>("tokenExchange", kExchangeRun, "An exchanged token (RFC 8693)."),
    block<&StrategySpec::upstream_inject>("upstreamInject", kUpstreamInjectRun, "The user's token of one upstream, as it is."),
    block<&StrategySpec::aws_sts>("awsSts", kAwsRun, "AWS credentials by web identity."),
    block<&StrategySpec::obo>("obo", kOboRun, "Entra on-behalf-of."),
    block<&StrategySpec::xaa>("xaa", kXaaRun, "Cross-application access (ID-JAG)."),
};

}  // namespace

constexpr Object kExternalAuthSpec{"MCPExternalAuthConfig spec", "How to authenticate to backends, or an authorization server.", kExternalAuthFields};
constexpr Object kStrategy{"strategy", "How to authenticate to one backend.", kStrategyFields};

StrategyKind kind_of(const StrategySpec& strategy) noexcept {
  const std::string_view type = strategy.type.value;
  if (type == "unauthenticated") return StrategyKind::Unauthenticated;
  if (type == "header_injection" || type == "headerInjection") return StrategyKind::HeaderInjection;
  if (type == "bearerToken") return StrategyKind::BearerToken;
  if (type == "token_exchange" || type == "tokenExchange") return StrategyKind::TokenExchange;
  if (type == "upstream_inject" || type == "upstreamInject") return StrategyKind::UpstreamInject;
  if (type == "aws_sts" || type == "awsSts") return StrategyKind::AwsSts;
  if (type == "obo") return StrategyKind::Obo;
  if (type == "xaa") return StrategyKind::Xaa;
  if (type == "embeddedAuthServer") return StrategyKind::EmbeddedAuthServer;
  return StrategyKind::Unknown;
}

}  // namespace vmcpauth::config
