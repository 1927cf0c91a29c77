#include "core/config/decoder.hpp"
#include "core/config/model.hpp"
#include "core/config/tables.hpp"
#include "core/config/upstream_tables.hpp"

namespace vmcpauth::config {
namespace {

using table::block;
using table::blocks;
using table::duration;
using table::flag;
using table::number;
using table::other;
using table::secret_env;
using table::secret_file;
using table::secret_ref;
using table::text;
using table::texts;

constexpr Field kSecretKeyRefFields[] = {
    text<&SecretKeyRef::name>("name", "Name of the Secret.", {.required = true}),
    text<&SecretKeyRef::key>("key", "Key in the Secret.", {.required = true}),
};

// ---- manifests (camelCase) ----

constexpr Field kLifespanFields[] = {
    duration<&LifespanSpec::access_token>("accessTokenLifespan", "1m to 24h.", {.preset = "1h"}),
    duration<&LifespanSpec::refresh_token>("refreshTokenLifespan", "1h to 720h.", {.preset = "168h"}),
    duration<&LifespanSpec::auth_code>("authCodeLifespan", "30s to 10m.", {.preset = "10m"}),
};
constexpr Object kLifespans{"tokenLifespans", "How long what we issue is valid.", kLifespanFields};

constexpr Field kSentinelFields[] = {
    text<&RedisSentinelSpec::master_name>("masterName", "Name of the master, as the sentinels know it.", {.required = true}),
    texts<&RedisSentinelSpec::addrs>("sentinelAddrs", "host:port of each sentinel."),
    other("sentinelService", FieldType::Mapping, "The Service in front of the sentinels."),
    number<&RedisSentinelSpec::db>("db", "Database number.", {.preset = "0"}),
};
constexpr Object kSentinel{"sentinelConfig", "Redis Sentinel.", kSentinelFields};
constexpr Field kRedisUserFields[] = {
    secret_ref<&RedisUserSpec::username>("usernameSecretRef", kSecretKeyRef, "Secret with the ACL user."),
    secret_ref<&RedisUserSpec::password>("passwordSecretRef", kSecretKeyRef, "Secret with the password.", {.required = true}),
};
constexpr Object kRedisUser{"aclUserConfig", "User and password.", kRedisUserFields};
constexpr Field kRedisTlsFields[] = {
    flag<&RedisTlsSpec::insecure_skip_verify>("insecureSkipVerify", "Do not verify the server's certificate."),
    secret_ref<&RedisTlsSpec::ca_cert>("caCertSecretRef", kSecretKeyRef, "Secret with the CA certificates, PEM."),
};
constexpr Object kRedisTls{"tls", "TLS to Redis.", kRedisTlsFields};
constexpr Field kRedisFields[] = {
    text<&RedisSpec::addr>("addr", "host:port of a single server or of one cluster node."),
    flag<&RedisSpec::cluster_mode>("clusterMode", "The address belongs to a cluster."),
    block<&RedisSpec::sentinel>("sentinelConfig", kSentinel, "Redis Sentinel."),
    block<&RedisSpec::user>("aclUserConfig", kRedisUser, "User and password Secrets.", {.required = true}),
    duration<&RedisSpec::dial_timeout>("dialTimeout", "To connect.", {.preset = "5s"}),
    duration<&RedisSpec::read_timeout>("readTimeout", "For an answer.", {.preset = "3s"}),
    duration<&RedisSpec::write_timeout>("writeTimeout", "To take a command.", {.preset = "3s"}),
    block<&RedisSpec::tls>("tls", kRedisTls, "TLS to the server, the master or the nodes."),
    block<&RedisSpec::sentinel_tls>("sentinelTls", kRedisTls, "TLS to the sentinels."),
};
constexpr Object kRedis{"redis", "Redis as token store.", kRedisFields};
constexpr Field kStorageFields[] = {
    text<&StorageSpec::type>("type", "Where sessions and tokens are kept.", {.one_of = "memory|redis", .preset = "memory"}),
    block<&StorageSpec::redis>("redis", kRedis, "Redis as token store."),
};
constexpr Object kStorage{"storage", "Where sessions and tokens are kept.", kStorageFields};

constexpr Field kCimdFields[] = {
    flag<&CimdSpec::enabled>("enabled", "Accept client identifiers that are URLs of metadata documents.", {.required = true}),
    number<&CimdSpec::cache_max_size>("cacheMaxSize", "How many documents to keep.", {.min = 1, .preset = "256"}),
    duration<&CimdSpec::cache_fallback_ttl>("cacheFallbackTtl", "How long, when the answer does not say.", {.preset = "5m"}),
};
constexpr Object kCimd{"cimd", "Client ID metadata documents.", kCimdFields};

constexpr Field kBindingFields[] = {
    text<&SubjectBindingSpec::subject>("subject", "Exact sub claim.", {.required = true, .form = Form::ExactSubject, .min = 1, .max = 256}),
    texts<&SubjectBindingSpec::allowed_resources>("allowedResources", "Audiences this subject may get tokens for.",
                                                  {.required = true, .form = Form::HttpUrl, .max = 2048, .min_items = 1, .max_items = 50}),
};
constexpr Object kBinding{"subject binding", "What one subject may ask for.", kBindingFields};
constexpr Field kJwtBearerFields[] = {
    duration<&JwtBearerSpec::max_assertion_age>("maxAssertionAge", "Longest time between iat and exp of an assertion.", {.required = true}),
    blocks<&JwtBearerSpec::subject_bindings>("subjectBindings", kBinding, "Who may ask for what.",
                                             {.required = true, .min_items = 1, .max_items = 50, .unique_by = "subject"}),
    texts<&JwtBearerSpec::accepted_audiences>("acceptedAudiences", "Audiences an assertion may name instead of the token endpoint.",
                                              {.form = Form::HttpUrl, .min = 1, .max = 2048, .max_items = 50}),
};
constexpr Object kJwtBearer{"jwtBearerGrant", "RFC 7523 assertions of this issuer.", kJwtBearerFields};
constexpr Field kTrustedFields[] = {
    text<&TrustedIssuerSpec::issuer_url>("issuerUrl", "Exact issuer.", {.required = true, .min = 1, .max = 2048}),
    text<&TrustedIssuerSpec::expected_audience>("expectedAudience", "Audience its subject tokens must have.", {.min = 1, .max = 2048}),
    text<&TrustedIssuerSpec::jwks_url>("jwksUrl", "Keys; else found by discovery.", {.max = 2048}),
    flag<&TrustedIssuerSpec::insecure_allow_http>("insecureAllowHTTP", "Allow http."),
    flag<&TrustedIssuerSpec::allow_private_ips>("allowPrivateIPs", "Let jwksUrl resolve to a private address."),
    text<&TrustedIssuerSpec::actor_claim>("actorClaim", "Claim that names the actor.", {.max = 64}),
    texts<&TrustedIssuerSpec::allowed_actors>("allowedActors", "Values the actor claim may have.", {.min = 1, .max = 256, .max_items = 50}),
    text<&TrustedIssuerSpec::actor_matcher>("actorMatcher", "CEL expression over the claims.", {.max = 4096}),
    texts<&TrustedIssuerSpec::allowed_delegate_clients>("allowedDelegateClients", "Clients that may exchange its tokens, or \"*\".",
                                                        {.min = 1, .max = 256, .min_items = 1, .max_items = 50}),
    flag<&TrustedIssuerSpec::allow_may_act>("allowMayAct", "Honour may_act."),
    block<&TrustedIssuerSpec::jwt_bearer_grant>("jwtBearerGrant", kJwtBearer, "RFC 7523 assertions of this issuer."),
};
constexpr Object kTrusted{"trusted issuer", "An issuer whose tokens may be exchanged here.", kTrustedFields};

constexpr Field kDelegateFields[] = {
    text<&DelegateClientSpec::client_id>("clientId", "Client identifier.", {.required = true, .min = 1, .max = 256}),
    secret_ref<&DelegateClientSpec::client_secret>("clientSecretRef", kSecretKeyRef, "Secret with at least 32 characters.", {.required = true}),
    texts<&DelegateClientSpec::scopes>("scopes", "Scopes it may ask for.", {.required = true, .min = 1, .max = 256, .min_items = 1, .max_items = 10}),
    texts<&DelegateClientSpec::audiences>("audiences", "Audiences it may ask for.", {.required = true, .min = 1, .max = 2048, .min_items = 1, .max_items = 10}),
};
constexpr Object kDelegate{"delegate client", "A client that may exchange users' tokens.", kDelegateFields};

constexpr Field kAuthServerFields[] = {
    text<&AuthServerSpec::issuer>("issuer", "Issuer of the tokens; must equal the incoming issuer.", {.required = true, .form = Form::IssuerUrl}),
    text<&AuthServerSpec::authorization_endpoint_base_url>("authorizationEndpointBaseUrl", "Origin browsers use, when it is not the issuer.",
                                                           {.form = Form::IssuerUrl}),
    blocks<&AuthServerSpec::signing_key_refs>("signingKeySecretRefs", kSecretKeyRef, "PEM private keys; the first signs, the others only verify.",
                                              {.max_items = 5}),
    blocks<&AuthServerSpec::hmac_secret_refs>("hmacSecretRefs", kSecretKeyRef, "At least 32 bytes each; the first is current."),
    block<&AuthServerSpec::lifespans>("tokenLifespans", kLifespans, "How long what we issue is valid."),
    blocks<&AuthServerSpec::upstreams>("upstreamProviders", kUpstreamManifest, "The chain of identity providers.", {.required = true, .unique_by = "name"}),
    text<&AuthServerSpec::primary_upstream_provider>("primaryUpstreamProvider", "Whose claims authorization policies see.",
                                                     {.form = Form::DnsLabel, .min = 1, .max = 63}),
    block<&AuthServerSpec::storage>("storage", kStorage, "Where sessions and tokens are kept."),
    flag<&AuthServerSpec::disable_upstream_token_injection>("disableUpstreamTokenInjection", "Never send upstream tokens to backends."),
    flag<&AuthServerSpec::insecure_allow_http>("insecureAllowHTTP", "Allow an http issuer."),
    texts<&AuthServerSpec::baseline_client_scopes>("baselineClientScopes", "Scopes every registered client gets.",
                                                   {.form = Form::ScopeToken, .min = 1, .max_items = 10}),
    flag<&AuthServerSpec::allow_confidential_client_registration>("allowConfidentialClientRegistration", "Let clients register with a secret."),
    flag<&AuthServerSpec::insecure_allow_confidential_over_loopback_http>("insecureAllowConfidentialOverLoopbackHTTP",
                                                                          "Allow that with an http loopback issuer."),
    texts<&AuthServerSpec::force_confidential_redirect_uris>("forceConfidentialRedirectUris", "Clients with these redirect URIs get a secret.",
                                                             {.form = Form::HttpsNoQuery, .max_items = 10}),
    blocks<&AuthServerSpec::delegate_clients>("delegateClients", kDelegate, "Clients that may exchange users' tokens.", {.max_items = 10}),
    blocks<&AuthServerSpec::trusted_issuers>("trustedIssuers", kTrusted, "Issuers whose tokens may be exchanged here.", {.max_items = 20}),
    block<&AuthServerSpec::cimd>("cimd", kCimd, "Client ID metadata documents."),
};

// ---- RunConfig (snake_case) ----

constexpr Field kSigningKeyRunFields[] = {
    text<&SigningKeySpec::key_dir>("key_dir", "Folder of the key files."),
    text<&SigningKeySpec::signing_key_file>("signing_key_file", "PEM private key that signs."),
    texts<&SigningKeySpec::fallback_key_files>("fallback_key_files", "Keys that only verify."),
};
constexpr Object kSigningKeyRun{"signing_key_config", "Keys that sign tokens; without it one is made at every start.", kSigningKeyRunFields};

constexpr Field kLifespanRunFields[] = {
    duration<&LifespanSpec::access_token>("access_token_lifespan", "1m to 24h.", {.preset = "1h"}),
    duration<&LifespanSpec::refresh_token>("refresh_token_lifespan", "1h to 720h.", {.preset = "168h"}),
    duration<&LifespanSpec::auth_code>("auth_code_lifespan", "30s to 10m.", {.preset = "10m"}),
};
constexpr Object kLifespansRun{"token_lifespans", "How long what we issue is valid.", kLifespanRunFields};

constexpr Field kSentinelRunFields[] = {
    text<&RedisSentinelSpec::master_name>("master_name", "Name of the master, as the sentinels know it."),
    texts<&RedisSentinelSpec::addrs>("sentinel_addrs", "host:port of each sentinel."),
    number<&RedisSentinelSpec::db>("db", "Database number.", {.preset = "0"}),
};
constexpr Object kSentinelRun{"sentinel_config", "Redis Sentinel.", kSentinelRunFields};
constexpr Field kRedisUserRunFields[] = {
    secret_env<&RedisUserSpec::username>("username_env_var", "Environment variable with the ACL user."),
    secret_env<&RedisUserSpec::password>("password_env_var", "Environment variable with the password."),
};
constexpr Object kRedisUserRun{"acl_user_config", "User and password.", kRedisUserRunFields};
constexpr Field kRedisTlsRunFields[] = {
    flag<&RedisTlsSpec::insecure_skip_verify>("insecure_skip_verify", "Do not verify the server's certificate."),
    text<&RedisTlsSpec::ca_cert_file>("ca_cert_file", "File with the CA certificates, PEM."),
};
constexpr Object kRedisTlsRun{"tls", "TLS to Redis.", kRedisTlsRunFields};
constexpr Field kRedisRunFields[] = {
    text<&RedisSpec::addr>("addr", "host:port of a single server or of one cluster node."),
    flag<&RedisSpec::cluster_mode>("cluster_mode", "The address belongs to a cluster."),
    block<&RedisSpec::sentinel>("sentinel_config", kSentinelRun, "Redis Sentinel."),
    other("auth_type", FieldType::String, "ToolHive knows only aclUser."),
    block<&RedisSpec::user>("acl_user_config", kRedisUserRun, "User and password from the environment."),
    text<&RedisSpec::key_prefix>("key_prefix", "What every key begins with: thv:auth:{namespace:name}:"),
    duration<&RedisSpec::dial_timeout>("dial_timeout", "To connect.", {.preset = "5s"}),
    duration<&RedisSpec::read_timeout>("read_timeout", "For an answer.", {.preset = "3s"}),
    duration<&RedisSpec::write_timeout>("write_timeout", "To take a command.", {.preset = "3s"}),
    block<&RedisSpec::tls>("tls", kRedisTlsRun, "TLS to the server, the master or the nodes."),
    block<&RedisSpec::sentinel_tls>("sentinel_tls", kRedisTlsRun, "TLS to the sentinels."),
};
constexpr Object kRedisRun{"redis_config", "Redis as token store.", kRedisRunFields};
constexpr Field kStorageRunFields[] = {
    text<&StorageSpec::type>("type", "Where sessions and tokens are kept.", {.one_of = "memory|redis|", .preset = "memory"}),
    block<&StorageSpec::redis>("redis_config", kRedisRun, "Redis as token store."),
};
constexpr Object kStorageRun{"storage", "Where sessions and tokens are kept.", kStorageRunFields};

constexpr Field kCimdRunFields[] = {
    flag<&CimdSpec::enabled>("enabled", "Accept client identifiers that are URLs of metadata documents."),
    number<&CimdSpec::cache_max_size>("cache_max_size", "How many documents to keep.", {.preset = "256"}),
    duration<&CimdSpec::cache_fallback_ttl>("cache_fallback_ttl", "How long, when the answer does not say.", {.preset = "5m"}),
};
constexpr Object kCimdRun{"cimd", "Client ID metadata documents.", kCimdRunFields};

constexpr Field kBindingRunFields[] = {
    text<&SubjectBindingSpec::subject>("subject", "Exact sub claim.", {.required = true, .form = Form::ExactSubject}),
    texts<&SubjectBindingSpec::allowed_resources>("allowed_resources", "Audiences this subject may get tokens for.", {.required = true, .min_items = 1}),
};
constexpr Object kBindingRun{"subject binding", "What one subject may ask for.", kBindingRunFields};
constexpr Field kJwtBearerRunFields[] = {
    duration<&JwtBearerSpec::max_assertion_age>("max_assertion_age", "Longest time between iat and exp of an assertion.", {.required = true}),
    blocks<&JwtBearerSpec::subject_bindings>("subject_bindings", kBindingRun, "Who may ask for what.",
                                             {.required = true, .min_items = 1, .unique_by = "subject"}),
    texts<&JwtBearerSpec::accepted_audiences>("accepted_audiences", "Audiences an assertion may name instead of the token endpoint."),
};
constexpr Object kJwtBearerRun{"jwt_bearer_grant", "RFC 7523 assertions of this issuer.", kJwtBearerRunFields};
constexpr Field kTrustedRunFields[] = {
    text<&TrustedIssuerSpec::issuer_url>("issuer_url", "Exact issuer.", {.required = true}),
    text<&TrustedIssuerSpec::expected_audience>("expected_audience", "Audience its subject tokens must have."),
    text<&TrustedIssuerSpec::jwks_url>("jwks_url", "Keys; else found by discovery."),
    flag<&TrustedIssuerSpec::insecure_allow_http>("insecure_allow_http", "Allow http."),
    flag<&TrustedIssuerSpec::allow_private_ips>("allow_private_ips", "Let jwks_url resolve to a private address."),
    text<&TrustedIssuerSpec::actor_claim>("actor_claim", "Claim that names the actor."),
    texts<&TrustedIssuerSpec::allowed_actors>("allowed_actors", "Values the actor claim may have."),
    text<&TrustedIssuerSpec::actor_matcher>("actor_matcher", "CEL expression over the claims."),
    texts<&TrustedIssuerSpec::allowed_delegate_clients>("allowed_delegate_clients", "Clients that may exchange its tokens, or \"*\"."),
    flag<&TrustedIssuerSpec::allow_may_act>("allow_may_act", "Honour may_act."),
    block<&TrustedIssuerSpec::jwt_bearer_grant>("jwt_bearer_grant", kJwtBearerRun, "RFC 7523 assertions of this issuer."),
};
constexpr Object kTrustedRun{"trusted issuer", "An issuer whose tokens may be exchanged here.", kTrustedRunFields};

constexpr Field kDelegateRunFields[] = {
    text<&DelegateClientSpec::client_id>("client_id", "Client identifier.", {.required = true}),
    secret_file<&DelegateClientSpec::client_secret>("client_secret_file", "File with at least 32 characters."),
    secret_env<&DelegateClientSpec::client_secret>("client_secret_env_var", "Environment variable with at least 32 characters."),
    texts<&DelegateClientSpec::scopes>("scopes", "Scopes it may ask for.", {.required = true, .min_items = 1}),
    texts<&DelegateClientSpec::audiences>("audiences", "Audiences it may ask for.", {.required = true, .min_items = 1}),
};
constexpr Object kDelegateRun{"delegate client", "A client that may exchange users' tokens.", kDelegateRunFields};

constexpr Field kAuthServerRunFields[] = {
    text<&AuthServerSpec::schema_version>("schema_version", "Version of this format."),
    text<&AuthServerSpec::issuer>("issuer", "Issuer of the tokens; must equal the incoming issuer.", {.required = true}),
    text<&AuthServerSpec::authorization_endpoint_base_url>("authorization_endpoint_base_url", "Origin browsers use, when it is not the issuer."),
    block<&AuthServerSpec::signing_keys>("signing_key_config", kSigningKeyRun, "Keys that sign tokens."),
    texts<&AuthServerSpec::hmac_secret_files>("hmac_secret_files", "At least 32 bytes each; the first is current."),
    block<&AuthServerSpec::lifespans>("token_lifespans", kLifespansRun, "How long what we issue is valid."),
    duration<&AuthServerSpec::delegation_token_lifespan>("delegation_token_lifespan", "Lifespan of delegation tokens, up to 24h.", {.preset = "15m"}),
    blocks<&AuthServerSpec::upstreams>("upstreams", kUpstreamRunConfig, "The chain of identity providers.", {.required = true, .unique_by = "name"}),
    texts<&AuthServerSpec::scopes_supported>("scopes_supported", "Scopes clients may ask for.",
                                             {.form = Form::ScopeToken, .preset = "[openid, profile, email, offline_access]"}),
    texts<&AuthServerSpec::baseline_client_scopes>("baseline_client_scopes", "Scopes every registered client gets.", {.form = Form::ScopeToken}),
    texts<&AuthServerSpec::allowed_audiences>("allowed_audiences", "Resources clients may ask tokens for (RFC 8707)."),
    block<&AuthServerSpec::storage>("storage", kStorageRun, "Where sessions and tokens are kept."),
    flag<&AuthServerSpec::disable_upstream_token_injection>("disable_upstream_token_injection", "Never send upstream tokens to backends."),
    block<&AuthServerSpec::cimd>("cimd", kCimdRun, "Client ID metadata documents."),
    flag<&AuthServerSpec::insecure_allow_http>("insecure_allow_http", "Allow an http issuer."),
    blocks<&AuthServerSpec::trusted_issuers>("trusted_issuers", kTrustedRun, "Issuers whose tokens may be exchanged here."),
    flag<&AuthServerSpec::allow_confidential_client_registration>("allow_confidential_client_registration", "Let clients register with a secret."),
    texts<&AuthServerSpec::force_confidential_redirect_uris>("force_confidential_redirect_uris", "Clients with these redirect URIs get a secret."),
    flag<&AuthServerSpec::insecure_allow_confidential_over_loopback_http>("insecure_allow_confidential_over_loopback_http",
                                                                          "Allow that with an http loopback issuer."),
    blocks<&AuthServerSpec::delegate_clients>("delegate_clients", kDelegateRun, "Clients that may exchange users' tokens."),
};

}  // namespace

constexpr Object kSecretKeyRef{"secret reference", "A key of a Secret.", kSecretKeyRefFields};
constexpr Object kAuthServerManifest{"authorization server", "The embedded authorization server.", kAuthServerFields};
constexpr Object kAuthServerRunConfig{"authorization server", "The embedded authorization server, as its process reads it.", kAuthServerRunFields};

}  // namespace vmcpauth::config
