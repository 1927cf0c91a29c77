#include "core/config/rendition/operator_auth_server.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "core/base/duration.hpp"
#include "core/config/rendition/copied_fields.hpp"
#include "core/config/rendition/go_duration.hpp"
#include "core/config/rendition/manifests.hpp"

namespace vmcpauth::config::rendition {
namespace {

constexpr std::string_view kKeys = "/etc/toolhive/authserver/keys";
constexpr std::string_view kHmac = "/etc/toolhive/authserver/hmac";
constexpr std::string_view kRedisTls = "/etc/toolhive/authserver/redis-tls";

constexpr CopiedField kLifespans[] = {
    {"accessTokenLifespan", "access_token_lifespan"}, {"refreshTokenLifespan", "refresh_token_lifespan"}, {"authCodeLifespan", "auth_code_lifespan"}};
constexpr CopiedField kUserInfo[] = {{"endpointUrl", "endpoint_url"}, {"httpMethod", "http_method"}, {"additionalHeaders", "additional_headers"}};
constexpr CopiedField kFieldMapping[] = {{"subjectFields", "subject_fields"}, {"nameFields", "name_fields"}, {"emailFields", "email_fields"}};
constexpr CopiedField kTokenMapping[] = {
    {"accessTokenPath", "access_token_path"}, {"scopePath", "scope_path"}, {"refreshTokenPath", "refresh_token_path"}, {"expiresInPath", "expires_in_path"}};
constexpr CopiedField kIdentity[] = {{"subjectPath", "subject_path"}, {"namePath", "name_path"}, {"emailPath", "email_path"}};
constexpr CopiedField kDcr[] = {{"discoveryUrl", "discovery_url"},
                                {"registrationEndpoint", "registration_endpoint"},
                                {"softwareId", "software_id"},
                                {"softwareStatement", "software_statement"}};
constexpr CopiedField kOidcStart[] = {{"issuerUrl", "issuer_url"}, {"clientId", "client_id"}};
constexpr CopiedField kOidcEnd[] = {{"additionalAuthorizationParams", "additional_authorization_params"}, {"subjectClaim", "subject_claim"}};
constexpr CopiedField kOAuth2Start[] = {{"authorizationEndpoint", "authorization_endpoint"}, {"tokenEndpoint", "token_endpoint"}, {"clientId", "client_id"}};
constexpr CopiedField kOAuth2End[] = {{"additionalAuthorizationParams", "additional_authorization_params"},
                                      {"allowPrivateIPs", "allow_private_ips", Copy::Flag},
                                      {"insecureAllowHTTP", "insecure_allow_http", Copy::Flag}};
constexpr CopiedField kTrusted[] = {{"issuerUrl", "issuer_url"},
                                    {"expectedAudience", "expected_audience"},
                                    {"jwksUrl", "jwks_url"},
                                    {"insecureAllowHTTP", "insecure_allow_http", Copy::Flag},
                                    {"allowPrivateIPs", "allow_private_ips", Copy::Flag},
                                    {"actorClaim", "actor_claim"},
                                    {"allowedActors", "allowed_actors"},
                                    {"actorMatcher", "actor_matcher"},
                                    {"allowedDelegateClients", "allowed_delegate_clients"},
                                    {"allowMayAct", "allow_may_act", Copy::Flag}};
constexpr CopiedField kBinding[] = {{"subject", "subject"}, {"allowedResources", "allowed_resources"}};
constexpr CopiedField kRedisTimeouts[] = {{"dialTimeout", "dial_timeout", Copy::Default, "5s"},
                                          {"readTimeout", "read_timeout", Copy::Default, "3s"},
                                          {"writeTimeout", "write_timeout", Copy::Default, "3s"}};
constexpr CopiedField kSwitches[] = {{"disableUpstreamTokenInjection", "disable_upstream_token_injection", Copy::Flag},
                                     {"insecureAllowHTTP", "insecure_allow_http", Copy::Flag},
                                     {"allowConfidentialClientRegistration", "allow_confidential_client_registration", Copy::Flag},
                                     {"forceConfidentialRedirectUris", "force_confidential_redirect_uris"},
                                     {"insecureAllowConfidentialOverLoopbackHTTP", "insecure_allow_confidential_over_loopback_http", Copy::Flag}};
constexpr CopiedField kCimd[] = {{"enabled", "enabled"}, {"cacheMaxSize", "cache_max_size"}, {"cacheFallbackTtl", "cache_fallback_ttl"}};

std::string secret_of(const Node& ref) { return fmt::format("Secret {}, key {}", text_at(&ref, "name"), text_at(&ref, "key")); }

class Builder {
 public:
  Builder(const Node& config, const AuthServerUse& use, Mounts& mounts) : config_(config), use_(use), mounts_(mounts) {}

  Tree build() {
    auto out = Tree::mapping();
    out.set("schema_version", Tree::string("v0.1.0", Origin::Operator));
    constexpr CopiedField kHead[] = {{"issuer", "issuer"}, {"authorizationEndpointBaseUrl", "authorization_endpoint_base_url"}};
    copy_fields(&config_, kHead, out);
    add_keys(out);
    add_block(out, "token_lifespans", at(&config_, "tokenLifespans"), kLifespans);
    add_upstreams(out);
    if (const auto* scopes = use_.oidc == nullptr ? nullptr : use_.oidc->find("scopes")) out.set("scopes_supported", *scopes);
    constexpr CopiedField kBaseline[] = {{"baselineClientScopes", "baseline_client_scopes"}};
    copy_fields(&config_, kBaseline, out);
    auto audiences = Tree::list();
    if (const auto* resource = use_.oidc == nullptr ? nullptr : use_.oidc->find("resource")) audiences.items.push_back(*resource);
    out.set("allowed_audiences", std::move(audiences));
    add_storage(out);
    copy_fields(&config_, kSwitches, out);
    const auto* cimd = at(&config_, "cimd");
    if (is_true(cimd, "enabled")) add_block(out, "cimd", cimd, kCimd);
    add_trusted(out);
    add_delegates(out);
    return out;
  }

 private:
  static void add_block(Tree& out, const char* name, const Node* from, std::span<const CopiedField> fields) {
    if (from == nullptr) return;
    auto block = Tree::mapping();
    copy_fields(from, fields, block);
    if (!block.members.empty()) out.set(name, std::move(block));
  }

  Tree variable(std::string name, const Node& ref) {
    mounts_.variables.push_back({name, secret_of(ref)});
    return Tree::string(std::move(name), Origin::Operator, ref.at);
  }

  void add_keys(Tree& out) {
    if (const auto* refs = at(&config_, "signingKeySecretRefs"); refs != nullptr && !refs->items.empty()) {
      auto keys = Tree::mapping();
      keys.set("key_dir", Tree::string(std::string(kKeys), Origin::Operator));
      auto fallback = Tree::list();
      for (std::size_t i = 0; i < refs->items.size(); ++i) {
        const auto file = fmt::format("key-{}.pem", i);
        mounts_.files.push_back({fmt::format("{}/{}", kKeys, file), secret_of(refs->items[i])});
        if (i == 0) keys.set("signing_key_file", Tree::string(file, Origin::Operator, refs->items[i].at));
        if (i > 0) fallback.items.push_back(Tree::string(file, Origin::Operator, refs->items[i].at));
      }
      if (!fallback.items.empty()) keys.set("fallback_key_files", std::move(fallback));
      out.set("signing_key_config", std::move(keys));
    }
    const auto* refs = at(&config_, "hmacSecretRefs");
    if (refs == nullptr || refs->items.empty()) return;
    auto files = Tree::list();
    for (std::size_t i = 0; i < refs->items.size(); ++i) {
      auto file = fmt::format("{}/hmac-{}", kHmac, i);
      mounts_.files.push_back({file, secret_of(refs->items[i])});
      files.items.push_back(Tree::string(std::move(file), Origin::Operator, refs->items[i].at));
    }
    out.set("hmac_secret_files", std::move(files));
  }

  void add_upstreams(Tree& out) {
    auto list = Tree::list();
    if (const auto* providers = at(&config_, "upstreamProviders")) {
      for (const auto& provider : providers->items) list.items.push_back(upstream(provider));
    }
    out.set("upstreams", std::move(list));
  }

  Tree upstream(const Node& provider) {
    auto out = Tree::mapping();
    constexpr CopiedField kHead[] = {{"name", "name"}, {"type", "type"}};
    copy_fields(&provider, kHead, out);
    suffix_ = std::string(text_at(&provider, "name"));
    std::transform(suffix_.begin(), suffix_.end(), suffix_.begin(), [](unsigned char c) { return c == '-' ? '_' : static_cast<char>(std::toupper(c)); });
    const auto type = text_at(&provider, "type");
    if (const auto* oidc = at(&provider, "oidcConfig"); oidc != nullptr && type == "oidc") out.set("oidc_config", oidc_upstream(*oidc));
    if (const auto* oauth2 = at(&provider, "oauth2Config"); oauth2 != nullptr && type == "oauth2") out.set("oauth2_config", oauth2_upstream(*oauth2));
    return out;
  }

  void add_client(const Node& from, Tree& out) {
    if (const auto* ref = at(&from, "clientSecretRef")) out.set("client_secret_env_var", variable("TOOLHIVE_UPSTREAM_CLIENT_SECRET_" + suffix_, *ref));
    const auto redirect = text_at(&from, "redirectUri");
    const auto* resource = use_.oidc == nullptr ? nullptr : use_.oidc->find("resource");
    if (!redirect.empty()) {
      out.set("redirect_uri", Tree::of(*at(&from, "redirectUri")));
    } else if (resource != nullptr) {
      auto base = resource->text;
      while (base.ends_with('/')) base.pop_back();
      out.set("redirect_uri", Tree::string(base + "/oauth/callback", Origin::Operator, resource->at));
    }
    constexpr CopiedField kScopes[] = {{"scopes", "scopes"}};
    copy_fields(&from, kScopes, out);
  }

  static void add_userinfo(const Node* from, const char* name, Tree& out) {
    if (from == nullptr) return;
    auto block = Tree::mapping();
    copy_fields(from, kUserInfo, block);
    add_block(block, "field_mapping", at(from, "fieldMapping"), kFieldMapping);
    out.set(name, std::move(block));
  }

  Tree oidc_upstream(const Node& from) {
    auto out = Tree::mapping();
    copy_fields(&from, kOidcStart, out);
    add_client(from, out);
    add_userinfo(at(&from, "userInfoOverride"), "userinfo_override", out);
    copy_fields(&from, kOidcEnd, out);
    return out;
  }

  Tree oauth2_upstream(const Node& from) {
    auto out = Tree::mapping();
    copy_fields(&from, kOAuth2Start, out);
    add_client(from, out);
    add_userinfo(at(&from, "userInfo"), "userinfo", out);
    add_block(out, "token_response_mapping", at(&from, "tokenResponseMapping"), kTokenMapping);
    add_block(out, "identity_from_token", at(&from, "identityFromToken"), kIdentity);
    if (const auto* dcr = at(&from, "dcrConfig")) {
      auto block = Tree::mapping();
      copy_fields(dcr, kDcr, block);
      if (const auto* ref = at(dcr, "initialAccessTokenRef")) {
        block.set("initial_access_token_env_var", variable("TOOLHIVE_UPSTREAM_DCR_INITIAL_ACCESS_TOKEN_" + suffix_, *ref));
      }
      out.set("dcr_config", std::move(block));
    }
    copy_fields(&from, kOAuth2End, out);
    return out;
  }

  void add_trusted(Tree& out) {
    const auto* issuers = at(&config_, "trustedIssuers");
    if (issuers == nullptr || issuers->items.empty()) return;
    auto list = Tree::list();
    for (const auto& issuer : issuers->items) {
      auto entry = Tree::mapping();
      copy_fields(&issuer, kTrusted, entry);
      if (const auto* grant = at(&issuer, "jwtBearerGrant")) entry.set("jwt_bearer_grant", jwt_bearer(*grant));
      list.items.push_back(std::move(entry));
    }
    out.set("trusted_issuers", std::move(list));
  }

  static Tree jwt_bearer(const Node& from) {
    auto out = Tree::mapping();
    if (const auto* age = at(&from, "maxAssertionAge")) {
      const auto parsed = parse_go_duration(age->text);
      out.set("max_assertion_age", Tree::string(parsed ? go_duration(*parsed) : age->text, Origin::Written, age->at));
    }
    auto bindings = Tree::list();
    if (const auto* list = at(&from, "subjectBindings")) {
      for (const auto& binding : list->items) copy_fields(&binding, kBinding, bindings.items.emplace_back(Tree::mapping()));
    }
    out.set("subject_bindings", std::move(bindings));
    constexpr CopiedField kAudiences[] = {{"acceptedAudiences", "accepted_audiences"}};
    copy_fields(&from, kAudiences, out);
    return out;
  }

  void add_delegates(Tree& out) {
    const auto* clients = at(&config_, "delegateClients");
    if (clients == nullptr || clients->items.empty()) return;
    auto list = Tree::list();
    for (std::size_t i = 0; i < clients->items.size(); ++i) {
      const auto& client = clients->items[i];
      auto entry = Tree::mapping();
      constexpr CopiedField kId[] = {{"clientId", "client_id"}};
      constexpr CopiedField kRights[] = {{"scopes", "scopes"}, {"audiences", "audiences"}};
      copy_fields(&client, kId, entry);
      if (const auto* ref = at(&client, "clientSecretRef")) {
        entry.set("client_secret_env_var", variable(fmt::format("TOOLHIVE_DELEGATE_CLIENT_SECRET_{}", i), *ref));
      }
      copy_fields(&client, kRights, entry);
      list.items.push_back(std::move(entry));
    }
    out.set("delegate_clients", std::move(list));
  }

  void add_storage(Tree& out) {
    const auto* storage = at(&config_, "storage");
    const auto* redis = at(storage, "redis");
    if (text_at(storage, "type") != "redis" || redis == nullptr) return;  // the operator leaves memory out
    auto block = Tree::mapping();
    block.set("type", Tree::of(*at(storage, "type")));
    block.set("redis_config", redis_config(*redis));
    out.set("storage", std::move(block));
  }

  Tree redis_config(const Node& redis) {
    auto out = Tree::mapping();
    constexpr CopiedField kHead[] = {{"addr", "addr"}, {"clusterMode", "cluster_mode", Copy::Flag}};
    copy_fields(&redis, kHead, out);
    if (const auto* sentinel = at(&redis, "sentinelConfig")) out.set("sentinel_config", sentinel_config(*sentinel));
    out.set("auth_type", Tree::string("aclUser", Origin::Operator));
    const auto* user = at(&redis, "aclUserConfig");
    auto acl = Tree::mapping();
    const auto* name = at(user, "usernameSecretRef");
    acl.set("username_env_var", name != nullptr ? variable("TOOLHIVE_AUTH_SERVER_REDIS_USERNAME", *name) : Tree::string("", Origin::Operator));
    if (const auto* password = at(user, "passwordSecretRef")) acl.set("password_env_var", variable("TOOLHIVE_AUTH_SERVER_REDIS_PASSWORD", *password));
    out.set("acl_user_config", std::move(acl));
    out.set("key_prefix", Tree::string(fmt::format("thv:auth:{{{}:{}}}:", use_.space, use_.name), Origin::Operator));
    copy_fields(&redis, kRedisTimeouts, out);
    add_tls(at(&redis, "tls"), "tls", "ca.crt", out);
    if (at(&redis, "sentinelConfig") != nullptr) add_tls(at(&redis, "sentinelTls"), "sentinel_tls", "sentinel-ca.crt", out);
    return out;
  }

  [[nodiscard]] Tree sentinel_config(const Node& sentinel) const {
    auto out = Tree::mapping();
    constexpr CopiedField kFields[] = {{"masterName", "master_name"}, {"sentinelAddrs", "sentinel_addrs"}};
    copy_fields(&sentinel, kFields, out);
    const auto* service = at(&sentinel, "sentinelService");
    if (out.find("sentinel_addrs") == nullptr && service != nullptr) {
      const auto space = text_at(service, "namespace");
      const auto* port = at(service, "port");
      auto addresses = Tree::list();
      addresses.items.push_back(Tree::string(fmt::format("{}.{}.svc.cluster.local:{}", text_at(service, "name"),
                                                         space.empty() ? use_.space : std::string(space), port == nullptr ? 26379 : port->integer),
                                             Origin::Operator, service->at));
      out.set("sentinel_addrs", std::move(addresses));
    }
    if (const auto* db = at(&sentinel, "db"); db != nullptr && db->integer != 0) out.set("db", Tree::of(*db));
    return out;
  }

  void add_tls(const Node* tls, const char* name, std::string_view file, Tree& out) {
    if (tls == nullptr) return;
    auto block = Tree::mapping();
    constexpr CopiedField kFields[] = {{"insecureSkipVerify", "insecure_skip_verify", Copy::Flag}};
    copy_fields(tls, kFields, block);
    if (const auto* ref = at(tls, "caCertSecretRef")) {
      auto path = fmt::format("{}/{}", kRedisTls, file);
      mounts_.files.push_back({path, secret_of(*ref)});
      block.set("ca_cert_file", Tree::string(std::move(path), Origin::Operator, ref->at));
    }
    out.set(name, std::move(block));
  }

  const Node& config_;
  const AuthServerUse& use_;
  Mounts& mounts_;
  std::string suffix_;  // of the upstream's variables
};

}  // namespace

Tree auth_server_run_config(const Node& config, const AuthServerUse& use, Mounts& mounts) { return Builder(config, use, mounts).build(); }

}  // namespace vmcpauth::config::rendition
