// V-05: the authorization server by itself (ToolHive: pkg/authserver/config.go and server/provider.go).
#include <algorithm>
#include <chrono>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/encoding.hpp"
#include "core/base/text.hpp"
#include "core/base/url.hpp"
#include "core/config/rules.hpp"

namespace vmcpauth::config {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const std::vector<std::string>& default_scopes() {
  static const std::vector<std::string> kScopes{"openid", "profile", "email", "offline_access"};
  return kScopes;
}

class AuthServerCheck {
 public:
  AuthServerCheck(const AuthServerSpec& server, Span at, const AuthServerContext& context, Diagnostics& diagnostics)
      : server_(server), at_(at), context_(context), diagnostics_(diagnostics) {}

  void run() {
    check_issuer(server_.issuer, "issuer");
    check_issuer(server_.authorization_endpoint_base_url, name("authorizationEndpointBaseUrl", "authorization_endpoint_base_url"));
    check_lifespans();
    check_audiences();
    check_scopes(server_.baseline_client_scopes, name("baselineClientScopes", "baseline_client_scopes"));
    check_confidential();
    check_cimd();
    check_storage();
    check_primary();
    check_keys();
  }

 private:
  [[nodiscard]] std::string_view name(std::string_view manifest, std::string_view run_config) const { return spelled(server_.spelling, manifest, run_config); }

  void check_issuer(const Text& issuer, std::string_view field) {
    if (!issuer || issuer.value.empty()) return;
    // A manifest's pattern has been checked; what it does not cover is reported here.
    if (server_.spelling == Spelling::Manifest && !info(Form::IssuerUrl).matches(issuer.value)) return;
    const auto problem = issuer_problem(issuer.value, {.allow_http = server_.insecure_allow_http.value});
    if (problem) diagnostics_.report(Rule::IssuerForm, issuer.at, fmt::format("{} {} {}", field, quoted(issuer.value), *problem));
  }

  void check_lifespan(const Duration& value, std::string_view field, seconds low, seconds high, std::string_view bounds) {
    if (!value || (value.value >= low && value.value <= high)) return;
    // Zero means the default.
    if (value.value == Nanoseconds(0)) return;
    diagnostics_.report(Rule::LifespanBounds, value.at, fmt::format("{} must be {}", field, bounds));
  }

  void check_lifespans() {
    const auto& spans = server_.lifespans.value;
    check_lifespan(spans.access_token, name("accessTokenLifespan", "access_token_lifespan"), minutes(1), hours(24), "between 1m and 24h");
    check_lifespan(spans.refresh_token, name("refreshTokenLifespan", "refresh_token_lifespan"), hours(1), hours(720), "between 1h and 720h");
    check_lifespan(spans.auth_code, name("authCodeLifespan", "auth_code_lifespan"), seconds(30), minutes(10), "between 30s and 10m");
    check_lifespan(server_.delegation_token_lifespan, "delegation_token_lifespan", seconds(0), hours(24), "at most 24h and not negative");
  }

  void check_audiences() {
    if (context_.allowed_audiences == nullptr) return;
    const auto& audiences = *context_.allowed_audiences;
    if (audiences->empty()) {
      diagnostics_.report(Rule::NoAllowedAudience, audiences.key.valid() ? audiences.key : at_, "no token could be issued: there is no allowed audience")
          .with_hint(server_.spelling == Spelling::Manifest ? "set incomingAuth.oidcConfigRef.resourceUrl" : "allowed_audiences:\n  - URL-OF-THE-SERVER");
    }
    for (const auto& audience : audiences.value) {
      if (const auto problem = audience_problem(audience.value)) {
        diagnostics_.report(Rule::AudienceForm, audience.at, fmt::format("the audience {} {}", quoted(audience.value), *problem));
      }
    }
  }

  void check_scopes(const Texts& scopes, std::string_view field) {
    if (!context_.scopes_known) return;
    const auto& supported = context_.scopes_supported != nullptr ? *context_.scopes_supported : default_scopes();
    for (const auto& scope : scopes.value) {
      if (contains(supported, scope.value)) continue;
      diagnostics_.report(Rule::ScopeNotSupported, scope.at, fmt::format("{} has {}, which is no supported scope", field, quoted(scope.value)))
          .with_hint(fmt::format("supported here: {}", fmt::join(supported, " ")));
    }
  }

  void check_confidential() {
    const auto& allow = server_.allow_confidential_client_registration;
    const bool delegates = !server_.delegate_clients->empty();
    if (allow.value || delegates) check_confidential_transport(allow.value ? allow.at : server_.delegate_clients.key);
    const auto& forced = server_.force_confidential_redirect_uris;
    if (forced->empty()) return;
    const auto field = name("forceConfidentialRedirectUris", "force_confidential_redirect_uris");
    if (!allow.value) {
      diagnostics_.report(Rule::ForceConfidentialUris, forced.key,
                          fmt::format("{} needs {}: true", field, name("allowConfidentialClientRegistration", "allow_confidential_client_registration")));
    }
    for (const auto& uri : forced.value) {
      const auto url = Url::parse(uri.value);
      if (url && url->is_loopback()) {
        diagnostics_.report(Rule::ForceConfidentialUris, uri.at,
                            fmt::format("{} {} is on loopback, whose clients are always public", field, quoted(uri.value)));
      } else if (const auto problem = redirect_problem(uri.value, false)) {
        diagnostics_.report(Rule::ForceConfidentialUris, uri.at, fmt::format("{} {} {}", field, quoted(uri.value), *problem));
      }
    }
  }

  void check_confidential_transport(Span at) {
    const auto insecure = name("insecureAllowHTTP", "insecure_allow_http");
    if (server_.insecure_allow_http.value) {
      diagnostics_.report(Rule::ConfidentialOverHttp, at, fmt::format("clients with secrets cannot be combined with {}", insecure))
          .with_label(server_.insecure_allow_http.at, "plain http is allowed here");
      return;
    }
    const auto issuer = Url::parse(server_.issuer.value);
    if (!issuer || issuer->is_https() || server_.insecure_allow_confidential_over_loopback_http.value) return;
    diagnostics_.report(Rule::ConfidentialOverHttp, at, "clients with secrets need an https issuer")
        .with_label(server_.issuer.at, "the issuer uses http")
        .with_hint(
            fmt::format("for local tests only: {}: true", name("insecureAllowConfidentialOverLoopbackHTTP", "insecure_allow_confidential_over_loopback_http")));
  }

  void check_cimd() {
    const auto& cimd = server_.cimd.value;
    if (!server_.cimd || !cimd.enabled.value) return;
    if (cimd.cache_max_size && cimd.cache_max_size.value < 0) {
      diagnostics_.report(Rule::CimdBounds, cimd.cache_max_size.at, fmt::format("{} must not be negative", name("cacheMaxSize", "cache_max_size")));
    }
    if (cimd.cache_fallback_ttl && cimd.cache_fallback_ttl.value <= Nanoseconds(0)) {
      diagnostics_.report(Rule::CimdBounds, cimd.cache_fallback_ttl.at, fmt::format("{} must be positive", name("cacheFallbackTtl", "cache_fallback_ttl")));
    }
  }

  void check_storage() {
    const auto& storage = server_.storage.value;
    const auto field = name("redis", "redis_config");
    if (storage.type.value == "redis" && !storage.redis.key.valid()) {
      diagnostics_.report(Rule::TypeBlockMismatch, storage.type.at, fmt::format("storage of type redis needs the block {}", field));
      return;
    }
    if (!storage.redis) return;
    const bool addr = !storage.redis->addr.value.empty();
    if (addr == storage.redis->sentinel.key.valid()) {
      diagnostics_.report(Rule::ExclusiveFields, storage.redis.key,
                          fmt::format("{} needs exactly one of addr and {}", field, name("sentinelConfig", "sentinel_config")));
    }
    if (storage.redis->cluster_mode.value && !addr) {
      diagnostics_.report(Rule::ExclusiveFields, storage.redis->cluster_mode.at, fmt::format("{} needs addr", name("clusterMode", "cluster_mode")));
    }
  }

  void check_primary() {
    const auto& primary = server_.primary_upstream_provider;
    if (!primary) return;
    const auto names = upstream_names(&server_);
    if (contains(names, primary.value)) return;
    diagnostics_.report(Rule::PrimaryUpstream, primary.at, fmt::format("primaryUpstreamProvider {} is no upstream", quoted(primary.value)))
        .with_hint(fmt::format("upstreams: {}", fmt::join(names, ", ")));
  }

  void check_keys() {
    const auto& keys = server_.signing_keys;
    if (!keys || keys->signing_key_file) return;
    diagnostics_.report(Rule::MissingField, keys.key, "signing_key_config has no \"signing_key_file\"");
  }

  const AuthServerSpec& server_;
  Span at_;
  const AuthServerContext& context_;
  Diagnostics& diagnostics_;
};

}  // namespace

void check_auth_server(const AuthServerSpec& server, Span at, const AuthServerContext& context, Diagnostics& diagnostics) {
  AuthServerCheck(server, at, context, diagnostics).run();
  check_upstreams(server, at, diagnostics);
  check_delegation(server, context, diagnostics);
}

}  // namespace vmcpauth::config
