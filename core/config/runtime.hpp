// The last station of the configuration street: everything resolved, defaulted, checked and immutable.
// Made by config::resolve() once no error finding is left; consumed by authserver, upstream, identity, outgoing
// and proxy. Field meaning and defaults follow ToolHive (REFERENCE.md §2, §3, §6; pkg/authserver/config.go).
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/secret.hpp"
#include "core/base/url.hpp"
#include "core/config/aggregation.hpp"

namespace vmcpauth::config {

using StringMap = std::map<std::string, std::string>;

struct UserInfoEndpoint {
  Url endpoint;
  std::string http_method = "GET";  // GET or POST
  StringMap additional_headers;
  // Tried in order; empty lists mean the OIDC names (sub; name; email).
  std::vector<std::string> subject_fields, name_fields, email_fields;
};

struct OidcSettings {
  std::string issuer_url;  // compared byte for byte with discovery and ID tokens
  std::string subject_claim = "sub";
  std::optional<UserInfoEndpoint> userinfo_override;
};

// gjson-style dot paths into the token response.
struct TokenResponseMapping {
  std::string access_token_path;                                // required when the mapping is present
  std::string scope_path, refresh_token_path, expires_in_path;  // "" = the standard member
};

struct IdentityFromToken {
  std::string subject_path;  // may use the modifier @upstreamjwt
  std::string name_path, email_path;
};

struct DcrSettings {
  std::optional<Url> discovery_url;  // exactly one of these two
  std::optional<Url> registration_endpoint;
  std::optional<Secret> initial_access_token;
  std::string software_id, software_statement;
};

struct OAuth2Settings {
  // Absent only with dcr.discovery_url: then the fetched metadata names them.
  std::optional<Url> authorization_endpoint;
  std::optional<Url> token_endpoint;
  std::optional<UserInfoEndpoint> userinfo;
  std::optional<TokenResponseMapping> token_response_mapping;
  std::optional<IdentityFromToken> identity_from_token;
  std::optional<DcrSettings> dcr;  // then client_id is empty until registered
};

struct Upstream {
  std::string name;
  std::variant<OidcSettings, OAuth2Settings> settings;
  std::string client_id;
  std::optional<Secret> client_secret;  // none = public client
  std::string redirect_uri;
  std::vector<std::string> scopes;
  StringMap additional_authorization_params;
  bool allow_private_ips = false;
  bool insecure_allow_http = false;
  std::optional<std::string> ca_bundle_path;
};

struct TokenLifespans {
  Seconds access_token{std::chrono::hours(1)};           // 1m–24h
  Seconds refresh_token{std::chrono::hours(168)};        // 1h–720h
  Seconds authorization_code{std::chrono::minutes(10)};  // 30s–10m
};

// PEM private keys; the first signs, the others verify only and stay in the JWKS.
struct SigningKeys {
  std::vector<Secret> pem;  // empty: an ephemeral ES256 key is generated
};

struct Cimd {
  bool enabled = false;
  std::size_t cache_max_size = 256;
  Seconds cache_fallback_ttl{std::chrono::minutes(5)};
};

struct JwtBearerSubjectBinding {
  std::string subject;
  std::vector<std::string> allowed_resources;
};

struct JwtBearerPolicy {
  Seconds max_assertion_age{0};  // 0 = ToolHive's default
  std::vector<JwtBearerSubjectBinding> subject_bindings;
  std::vector<std::string> accepted_audiences;
};

// pkg/authserver/server/tokenexchange/multi_issuer_validator.go, TrustedIssuer.
struct TrustedIssuer {
  std::string issuer_url;
  std::string expected_audience;
  std::optional<Url> jwks_url;  // else discovery
  bool insecure_allow_http = false;
  bool allow_private_ips = false;
  std::string actor_claim;
  std::vector<std::string> allowed_actors;
  std::string actor_matcher;
  std::vector<std::string> allowed_delegate_clients;
  bool allow_may_act = false;
  std::optional<JwtBearerPolicy> jwt_bearer_grant;  // present = RFC 7523 grant enabled for this issuer
};

struct DelegateClient {
  std::string client_id;
  Secret client_secret;
  std::vector<std::string> scopes, audiences;
};

// Unnamed: the configuration leaves the choice to whoever serves it.
enum class StorageType : std::uint8_t { Unnamed, Memory, Redis };

struct RedisTls {
  std::string ca_file;                // "" = none named
  std::optional<std::string> ca_pem;  // from a Secret; instead of the file
  bool insecure_skip_verify = false;
};

struct RedisStorage {
  std::string addr;
  bool cluster = false;
  std::string master_name;
  std::vector<std::string> sentinel_addrs;  // none: not Sentinel
  int database = 0;
  std::string user;
  std::optional<Secret> password;
  std::string key_prefix;
  std::optional<Milliseconds> dial_timeout, read_timeout, write_timeout;
  std::optional<RedisTls> tls, sentinel_tls;
  // What could not be found (a Secret, a variable); in the way only of whoever connects. "" = nothing.
  std::string missing;
};

struct AuthServer {
  std::string issuer;
  std::string authorization_endpoint_base;  // defaults to the issuer
  SigningKeys signing_keys;
  std::vector<Secret> hmac_secrets;  // first is current; empty: one is generated
  TokenLifespans lifespans;
  Seconds delegation_token_lifespan{std::chrono::minutes(15)};
  std::vector<Upstream> upstreams;  // order = order of the chain
  std::vector<std::string> scopes_supported{"openid", "profile", "email", "offline_access"};
  std::vector<std::string> baseline_client_scopes;
  std::vector<std::string> allowed_audiences;
  StorageType storage = StorageType::Unnamed;
  std::optional<RedisStorage> redis;  // when storage is Redis
  bool disable_upstream_token_injection = false;
  Cimd cimd;
  bool insecure_allow_http = false;
  std::vector<TrustedIssuer> trusted_issuers;
  bool allow_confidential_client_registration = false;
  std::vector<std::string> force_confidential_redirect_uris;
  bool insecure_allow_confidential_over_loopback_http = false;
  std::vector<DelegateClient> delegate_clients;
};

struct Anonymous {};

struct OidcIncoming {
  std::string issuer;
  std::string client_id;
  std::optional<Secret> client_secret;  // for introspection
  std::string audience;                 // compared byte for byte
  std::string resource;                 // RFC 9728 resource identifier; "" = derived from the audience
  std::vector<std::string> scopes;      // advertised and demanded
  std::optional<Url> jwks_url;          // else discovery
  std::optional<Url> introspection_url;
  bool jwks_allow_private_ip = false;
  bool protected_resource_allow_private_ip = false;
  bool insecure_allow_http = false;
  std::optional<std::string> ca_bundle_path;
  std::optional<std::string> ca_bundle_pem;  // from a ConfigMap; instead of the path
};

using IncomingAuth = std::variant<Anonymous, OidcIncoming>;

struct Unauthenticated {};

struct HeaderInjection {
  std::string header_name;
  Secret header_value;
};

struct UpstreamInject {
  std::string provider_name;
};

enum class SubjectTokenType : std::uint8_t { AccessToken, IdToken, Jwt };

struct TokenExchange {
  Url token_url;
  std::string client_id;
  std::optional<Secret> client_secret;
  std::string audience;
  std::vector<std::string> scopes;
  SubjectTokenType subject_token_type = SubjectTokenType::AccessToken;
  std::optional<std::string> subject_provider_name;  // none: the incoming token
  std::string external_token_header_name;            // "" = Authorization: Bearer
  bool allow_private_ips = true;                     // the operator configured it; ToolHive does not guard it
};

using Strategy = std::variant<Unauthenticated, HeaderInjection, UpstreamInject, TokenExchange>;

enum class Transport : std::uint8_t { StreamableHttp, Sse };

// A header every request to one backend gets (MCPServerEntry.spec.headerForward); a strategy's own header wins.
struct ForwardHeader {
  std::string name;
  Secret value;
};

struct Backend {
  std::string name;
  Url url;
  Transport transport = Transport::StreamableHttp;
  std::optional<std::string> ca_bundle_path;
  std::optional<std::string> ca_bundle_pem;  // from a ConfigMap; instead of the path
  Strategy strategy;
  std::vector<ForwardHeader> forward_headers;
};

// Something that works in the cluster and not here; said at the start and by /status.
struct UnservedSetting {
  std::string setting;          // its path
  std::string at;               // file:line
  std::string effect;           // what differs
  bool decides_access = false;  // it says who may call what
};

struct Runtime {
  std::string name;  // of the VirtualMCPServer
  IncomingAuth incoming;
  std::optional<AuthServer> auth_server;
  std::vector<Backend> backends;  // sorted by name
  std::vector<std::string> passthrough_headers;
  Aggregation aggregation;
  Operational operational;
  std::vector<UnservedSetting> unserved;
};

}  // namespace vmcpauth::config
