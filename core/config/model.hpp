// What configuration says, as written: one struct an object, whichever spelling (manifest, RunConfig, runtime YAML)
// it came from, every value with its place. Filled by the decoder through the tables in tables.hpp, read by the
// rules and the resolver.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/config/aggregation_spec.hpp"
#include "core/config/setting.hpp"

namespace vmcpauth::config {

// Field names differ between the two spellings; rules name fields as the reader of the file knows them.
enum class Spelling : std::uint8_t { Manifest, RunConfig };

struct FieldMappingSpec {
  Texts subject_fields, name_fields, email_fields;
};

struct UserInfoSpec {
  Text endpoint_url, http_method;
  TextPairs additional_headers;
  Setting<FieldMappingSpec> field_mapping;
};

struct OidcUpstreamSpec {
  Text issuer_url, client_id, redirect_uri, subject_claim;
  SecretSource client_secret;
  Texts scopes;
  Setting<UserInfoSpec> userinfo;
  TextPairs authorization_params;
  Flag allow_private_ips, insecure_allow_http;
};

struct TokenMappingSpec {
  Text access_token_path, scope_path, refresh_token_path, expires_in_path;
};

struct IdentityFromTokenSpec {
  Text subject_path, name_path, email_path;
};

struct DcrSpec {
  Text discovery_url, registration_endpoint, software_id, software_statement;
  SecretSource initial_access_token;
};

struct OAuth2UpstreamSpec {
  Text authorization_endpoint, token_endpoint, client_id, redirect_uri;
  SecretSource client_secret;
  Texts scopes;
  Setting<UserInfoSpec> userinfo;
  Setting<TokenMappingSpec> token_response_mapping;
  Setting<IdentityFromTokenSpec> identity_from_token;
  TextPairs authorization_params;
  Setting<DcrSpec> dcr;
  Flag allow_private_ips, insecure_allow_http;
};

struct UpstreamSpec {
  Text name, type;
  Setting<OidcUpstreamSpec> oidc;
  Setting<OAuth2UpstreamSpec> oauth2;
};

struct LifespanSpec {
  Duration access_token, refresh_token, auth_code;
};

struct SigningKeySpec {  // RunConfig
  Text key_dir, signing_key_file;
  Texts fallback_key_files;
};

struct RedisSentinelSpec {
  Text master_name;
  Texts addrs;
  Number db;
};

struct RedisUserSpec {
  SecretSource username, password;
};

struct RedisTlsSpec {
  Flag insecure_skip_verify;
  Text ca_cert_file;     // RunConfig
  SecretSource ca_cert;  // manifests
};

struct RedisSpec {
  Text addr, key_prefix;
  Flag cluster_mode;
  Setting<RedisSentinelSpec> sentinel;
  Setting<RedisUserSpec> user;
  Duration dial_timeout, read_timeout, write_timeout;
  Setting<RedisTlsSpec> tls, sentinel_tls;
};

struct StorageSpec {
  Text type;
  Setting<RedisSpec> redis;
};

struct CimdSpec {
  Flag enabled;
  Number cache_max_size;
  Duration cache_fallback_ttl;
};

struct SubjectBindingSpec {
  Text subject;
  Texts allowed_resources;
};

struct JwtBearerSpec {
  Duration max_assertion_age;
  Blocks<SubjectBindingSpec> subject_bindings;
  Texts accepted_audiences;
};

struct TrustedIssuerSpec {
  Text issuer_url, expected_audience, jwks_url, actor_claim, actor_matcher;
  Flag insecure_allow_http, allow_private_ips, allow_may_act;
  Texts allowed_actors, allowed_delegate_clients;
  Setting<JwtBearerSpec> jwt_bearer_grant;
};

struct DelegateClientSpec {
  Text client_id;
  SecretSource client_secret;
  Texts scopes, audiences;
};

struct AuthServerSpec {
  Spelling spelling = Spelling::Manifest;
  Text schema_version, issuer, authorization_endpoint_base_url, primary_upstream_provider;
  Blocks<SecretKeyRef> signing_key_refs, hmac_secret_refs;  // manifests
  Setting<SigningKeySpec> signing_keys;                     // RunConfig
  Texts hmac_secret_files;                                  // RunConfig
  Setting<LifespanSpec> lifespans;
  Duration delegation_token_lifespan;
  Blocks<UpstreamSpec> upstreams;
  Texts scopes_supported, baseline_client_scopes, allowed_audiences;
  Setting<StorageSpec> storage;
  Flag disable_upstream_token_injection, insecure_allow_http;
  Flag allow_confidential_client_registration, insecure_allow_confidential_over_loopback_http;
  Setting<CimdSpec> cimd;
  Blocks<TrustedIssuerSpec> trusted_issuers;
  Texts force_confidential_redirect_uris;
  Blocks<DelegateClientSpec> delegate_clients;
};

struct HeaderInjectionSpec {
  Text header_name;
  SecretSource value;
};

struct BearerTokenSpec {
  SecretSource token;
};

struct TokenExchangeSpec {
  Text token_url, client_id, audience, subject_token_type, subject_provider_name, external_token_header_name;
  SecretSource client_secret;
  Texts scopes;
};

struct UpstreamInjectSpec {
  Text provider_name;
};

struct AwsStsSpec {
  Text region, subject_provider_name;
};

struct OboSpec {
  Text subject_provider_name;
  SecretSource client_secret;
};

struct XaaSpec {
  Text idp_token_url, target_token_url, subject_provider_name;
  SecretSource idp_client_secret, target_client_secret;
  Flag insecure_target_token_url;
};

// MCPExternalAuthConfig.spec, or a strategy of the runtime YAML.
struct StrategySpec {
  Text type;
  Setting<HeaderInjectionSpec> header_injection;
  Setting<BearerTokenSpec> bearer_token;
  Setting<TokenExchangeSpec> token_exchange;
  Setting<UpstreamInjectSpec> upstream_inject;
  Setting<AwsStsSpec> aws_sts;
  Setting<OboSpec> obo;
  Setting<XaaSpec> xaa;
  Setting<AuthServerSpec> embedded_auth_server;
};

enum class StrategyKind : std::uint8_t {
  Unauthenticated,
  HeaderInjection,
  BearerToken,
  TokenExchange,
  UpstreamInject,
  AwsSts,
  Obo,
  Xaa,
  EmbeddedAuthServer,
  Unknown
};
// Either spelling: "token_exchange" or "tokenExchange".
[[nodiscard]] StrategyKind kind_of(const StrategySpec& strategy) noexcept;

struct ConfigMapKeyRef {
  Text name, key;
};

struct CaBundleSpec {
  Setting<ConfigMapKeyRef> config_map;
};

struct OidcIncomingSpec {
  Text issuer, client_id, audience, resource, jwks_url, introspection_url, ca_bundle_path;
  SecretSource client_secret;
  Texts scopes;
  Flag jwks_allow_private_ip, protected_resource_allow_private_ip, insecure_allow_http;
  Setting<CaBundleSpec> ca_bundle;  // manifests
};

struct IncomingSpec {
  Text type;
  Setting<OidcIncomingSpec> oidc;
  WrittenFields unserved;
};

struct OutgoingSpec {
  Text source;
  Setting<StrategySpec> fallback;  // `default`
  NamedBlocks<StrategySpec> backends;
};

struct HeaderFromSecretSpec {
  Text header_name;
  SecretSource value;
};

struct HeaderForwardSpec {
  TextPairs plaintext;
  Blocks<HeaderFromSecretSpec> from_secret;
};

struct BackendSpec {
  Text name, url, transport, type, ca_bundle_path;
};

// vMCP's runtime configuration; also what a VirtualMCPServer comes down to.
struct ServerSpec {
  Text name, group;
  Setting<IncomingSpec> incoming;
  Setting<OutgoingSpec> outgoing;
  Blocks<BackendSpec> backends;
  Texts passthrough_headers;
  Setting<AggregationSpec> aggregation;
  Setting<OperationalSpec> operational;
  WrittenFields unserved;
};

}  // namespace vmcpauth::config
