#include "core/config/build_runtime.hpp"

#include <algorithm>
#include <filesystem>
#include <tuple>

#include <fmt/format.h>

#include "core/base/encoding.hpp"
#include "core/config/build_storage.hpp"

namespace vmcpauth::config {
namespace {

constexpr std::size_t kMinHmacBytes = 32;
constexpr std::size_t kMinDelegateSecret = 32;

Seconds seconds_of(const Duration& value, Seconds fallback) {
  if (!value || value.value <= Nanoseconds(0)) return fallback;
  return std::chrono::duration_cast<Seconds>(value.value);
}

class AuthServerBuilder {
 public:
  AuthServerBuilder(const ServerPlan& plan, const Overlay& overlay, const MockUpstreams& mock, SecretResolver& secrets, Diagnostics& diagnostics)
      : plan_(plan), spec_(*plan.auth_server), overlay_(overlay), mock_(mock), secrets_(secrets), diagnostics_(diagnostics) {}

  AuthServer build() {
    fill();
    build_keys();
    build_hmac();
    for (const auto& upstream : spec_.upstreams.value) {
      if (auto built = build_upstream(upstream.value, plan_, overlay_, mock_, secrets_, diagnostics_)) out_.upstreams.push_back(*std::move(built));
    }
    for (const auto& issuer : spec_.trusted_issuers.value) build_trusted(issuer.value);
    for (const auto& client : spec_.delegate_clients.value) build_delegate(client.value);
    return std::move(out_);
  }

 private:
  void fill() {
    out_.issuer = spec_.issuer.value;
    out_.authorization_endpoint_base = spec_.authorization_endpoint_base_url.value.empty() ? out_.issuer : spec_.authorization_endpoint_base_url.value;
    const auto& lifespans = spec_.lifespans.value;
    out_.lifespans.access_token = seconds_of(lifespans.access_token, out_.lifespans.access_token);
    out_.lifespans.refresh_token = seconds_of(lifespans.refresh_token, out_.lifespans.refresh_token);
    out_.lifespans.authorization_code = seconds_of(lifespans.auth_code, out_.lifespans.authorization_code);
    out_.delegation_token_lifespan = seconds_of(spec_.delegation_token_lifespan, out_.delegation_token_lifespan);
    if (plan_.scopes_supported) out_.scopes_supported = *plan_.scopes_supported;
    out_.baseline_client_scopes = values(spec_.baseline_client_scopes);
    out_.allowed_audiences = values(plan_.allowed_audiences);
    build_storage();
    out_.disable_upstream_token_injection = spec_.disable_upstream_token_injection.value;
    out_.insecure_allow_http = spec_.insecure_allow_http.value;
    out_.allow_confidential_client_registration = spec_.allow_confidential_client_registration.value;
    out_.force_confidential_redirect_uris = values(spec_.force_confidential_redirect_uris);
    out_.insecure_allow_confidential_over_loopback_http = spec_.insecure_allow_confidential_over_loopback_http.value;
    const auto& cimd = spec_.cimd.value;
    out_.cimd.enabled = cimd.enabled.value;
    if (cimd.cache_max_size && cimd.cache_max_size.value > 0) out_.cimd.cache_max_size = static_cast<std::size_t>(cimd.cache_max_size.value);
    out_.cimd.cache_fallback_ttl = seconds_of(cimd.cache_fallback_ttl, out_.cimd.cache_fallback_ttl);
  }

  void build_storage() {
    if (!spec_.storage) return;
    out_.storage = spec_.storage->type.value == "redis" ? StorageType::Redis : StorageType::Memory;
    if (out_.storage == StorageType::Redis) out_.redis = build_redis_storage(spec_.storage->redis.value, plan_, secrets_);
  }

  void add_key(std::optional<Secret> pem) {
    if (pem) out_.signing_keys.pem.push_back(*std::move(pem));
  }

  void build_keys() {
    for (const auto& ref : spec_.signing_key_refs.value) add_key(secrets_.resolve(ref.value, plan_.space, ref->name.at, SecretBytes::Exact));
    if (!spec_.signing_keys) return;
    const auto& keys = spec_.signing_keys.value;
    const auto path = [&](const Text& file) { return (std::filesystem::path(keys.key_dir.value) / file.value).string(); };
    if (keys.signing_key_file) add_key(secrets_.resolve_file(path(keys.signing_key_file), keys.signing_key_file.at, plan_.folder, SecretBytes::Exact));
    for (const auto& file : keys.fallback_key_files.value) add_key(secrets_.resolve_file(path(file), file.at, plan_.folder, SecretBytes::Exact));
  }

  void add_hmac(std::optional<Secret> secret, Span at) {
    if (!secret) return;
    if (secret->reveal().size() < kMinHmacBytes) {
      diagnostics_
          .report(Rule::WeakSecret, at, fmt::format("an HMAC secret must have at least {} bytes, this one has {}", kMinHmacBytes, secret->reveal().size()))
          .with_hint("openssl rand 32 > hmac-0");
      return;
    }
    out_.hmac_secrets.push_back(*std::move(secret));
  }

  void build_hmac() {
    for (const auto& ref : spec_.hmac_secret_refs.value) add_hmac(secrets_.resolve(ref.value, plan_.space, ref->name.at, SecretBytes::Exact), ref.at);
    for (const auto& file : spec_.hmac_secret_files.value) {
      if (!file.value.empty()) add_hmac(secrets_.resolve_file(file.value, file.at, plan_.folder, SecretBytes::Exact), file.at);
    }
  }

  void build_trusted(const TrustedIssuerSpec& spec) {
    TrustedIssuer issuer{.issuer_url = spec.issuer_url.value, .expected_audience = spec.expected_audience.value};
    if (!spec.jwks_url.value.empty()) {
      if (auto url = Url::parse(spec.jwks_url.value)) issuer.jwks_url = *std::move(url);
    }
    issuer.insecure_allow_http = spec.insecure_allow_http.value;
    issuer.allow_private_ips = spec.allow_private_ips.value;
    issuer.actor_claim = spec.actor_claim.value;
    issuer.allowed_actors = values(spec.allowed_actors);
    issuer.actor_matcher = spec.actor_matcher.value;
    issuer.allowed_delegate_clients = values(spec.allowed_delegate_clients);
    issuer.allow_may_act = spec.allow_may_act.value;
    if (spec.jwt_bearer_grant) {
      JwtBearerPolicy policy{.max_assertion_age = seconds_of(spec.jwt_bearer_grant->max_assertion_age, Seconds(0))};
      for (const auto& binding : spec.jwt_bearer_grant->subject_bindings.value)
        policy.subject_bindings.push_back({binding->subject.value, values(binding->allowed_resources)});
      policy.accepted_audiences = values(spec.jwt_bearer_grant->accepted_audiences);
      issuer.jwt_bearer_grant = std::move(policy);
    }
    out_.trusted_issuers.push_back(std::move(issuer));
  }

  void build_delegate(const DelegateClientSpec& spec) {
    auto secret = secrets_.resolve(spec.client_secret, plan_.space, plan_.folder, SecretBytes::Trimmed);
    if (!secret) return;
    if (secret->reveal().size() < kMinDelegateSecret) {
      diagnostics_.report(Rule::WeakSecret, spec.client_secret.at(),
                          fmt::format("a delegate client's secret must have at least {} characters", kMinDelegateSecret));
      return;
    }
    out_.delegate_clients.push_back({spec.client_id.value, *std::move(secret), values(spec.scopes), values(spec.audiences)});
  }

  const ServerPlan& plan_;
  const AuthServerSpec& spec_;
  const Overlay& overlay_;
  const MockUpstreams& mock_;
  SecretResolver& secrets_;
  Diagnostics& diagnostics_;
  AuthServer out_;
};

class RuntimeBuilder {
 public:
  RuntimeBuilder(const ServerPlan& plan, SecretResolver& secrets, Diagnostics& diagnostics) : plan_(plan), secrets_(secrets), diagnostics_(diagnostics) {}

  IncomingAuth incoming() {
    if (!plan_.incoming) return Anonymous{};
    const auto& spec = *plan_.incoming;
    OidcIncoming out{.issuer = spec.issuer.value, .client_id = spec.client_id.value};
    // Only introspection needs it; with JWTs alone a missing one does no harm.
    if (!spec.introspection_url.value.empty()) out.client_secret = secrets_.resolve(spec.client_secret, plan_.space, plan_.folder, SecretBytes::Trimmed);
    out.audience = spec.audience.value;
    out.resource = spec.resource.value;
    out.scopes = values(spec.scopes);
    if (!spec.jwks_url.value.empty()) out.jwks_url = url(spec.jwks_url);
    if (!spec.introspection_url.value.empty()) out.introspection_url = url(spec.introspection_url);
    out.jwks_allow_private_ip = spec.jwks_allow_private_ip.value;
    out.protected_resource_allow_private_ip = spec.protected_resource_allow_private_ip.value;
    out.insecure_allow_http = spec.insecure_allow_http.value;
    if (spec.ca_bundle_path) std::tie(out.ca_bundle_path, out.ca_bundle_pem) = bundle(spec.ca_bundle_path);
    if (spec.ca_bundle) out.ca_bundle_pem = secrets_.config_map(spec.ca_bundle.value, plan_.space);
    return out;
  }

  void backend(const BackendPlan& plan, std::vector<Backend>& out) {
    auto target = backend_url(plan);
    auto how = strategy(plan.strategy);
    if (!target || !how) return;
    Backend backend{.name = plan.name.value, .url = *std::move(target), .strategy = *std::move(how)};
    if (plan.transport.value == "sse") backend.transport = Transport::Sse;
    if (plan.ca_bundle != nullptr) backend.ca_bundle_pem = secrets_.config_map(*plan.ca_bundle, plan_.space);
    // The overlay's own bundle goes before the ConfigMap's.
    if (plan.ca_bundle_path) std::tie(backend.ca_bundle_path, backend.ca_bundle_pem) = bundle(plan.ca_bundle_path);
    if (plan.headers != nullptr) backend.forward_headers = forward_headers(*plan.headers);
    out.push_back(std::move(backend));
  }

 private:
  std::pair<std::optional<std::string>, std::optional<std::string>> bundle(const Text& path) {
    auto found = secrets_.bundle(path);
    return {std::move(found.path), std::move(found.pem)};
  }

  std::optional<Url> url(const Text& text) {
    auto parsed = Url::parse(text.value);
    if (parsed) return *std::move(parsed);
    if (!info(Form::HttpUrl).matches(text.value)) return std::nullopt;  // reported by the decoder
    diagnostics_.report(Rule::EndpointForm, text.at, fmt::format("\"{}\" is not an absolute http(s) URL", printable(text.value, 200)));
    return std::nullopt;
  }

  std::optional<Url> backend_url(const BackendPlan& plan) {
    if (!plan.url.value.empty()) return url(plan.url);
    diagnostics_
        .report(Rule::BackendWithoutUrl, plan.name.at,
                fmt::format("the {} \"{}\" runs in the cluster: where is it reached from here?", plan.kind, plan.name.value))
        .with_hint(fmt::format("in vmcpauth.toml:\n[backends.{}]\nurl = \"http://127.0.0.1:PORT/mcp\"", plan.name.value));
    return std::nullopt;
  }

  std::vector<ForwardHeader> forward_headers(const HeaderForwardSpec& spec) {
    std::vector<ForwardHeader> out;
    for (const auto& [name, value] : spec.plaintext.value) out.push_back({name.value, Secret(value.value)});
    for (const auto& header : spec.from_secret.value) {
      auto value = secrets_.resolve(header->value, plan_.space, plan_.folder, SecretBytes::Trimmed);
      if (value) out.push_back({header->header_name.value, *std::move(value)});
    }
    return out;
  }

  // Nothing: something is missing and reported.
  std::optional<Strategy> strategy(const StrategyPlan& plan) {
    if (plan.spec == nullptr) return Unauthenticated{};
    const auto& spec = *plan.spec;
    switch (kind_of(spec)) {
      case StrategyKind::Unauthenticated: return Unauthenticated{};
      case StrategyKind::HeaderInjection: return header(spec.header_injection->header_name.value, spec.header_injection->value, "");
      case StrategyKind::BearerToken: return header("Authorization", spec.bearer_token->token, "Bearer ");
      case StrategyKind::UpstreamInject: {
        const auto& provider = spec.upstream_inject->provider_name.value;
        return UpstreamInject{provider.empty() ? "default" : provider};
      }
      case StrategyKind::TokenExchange: return exchange(spec.token_exchange.value);
      case StrategyKind::AwsSts:
      case StrategyKind::Obo:
      case StrategyKind::Xaa:
      case StrategyKind::EmbeddedAuthServer:
      case StrategyKind::Unknown: return std::nullopt;  // reported by the rules
    }
    return std::nullopt;
  }

  std::optional<Strategy> header(std::string name, const SecretSource& source, std::string_view prefix) {
    auto value = secrets_.resolve(source, plan_.space, plan_.folder, SecretBytes::Trimmed);
    if (!value) return std::nullopt;
    if (!prefix.empty()) value = Secret(std::string(prefix) + value->reveal());
    return HeaderInjection{std::move(name), *std::move(value)};
  }

  std::optional<Strategy> exchange(const TokenExchangeSpec& spec) {
    auto token_url = url(spec.token_url);
    if (!token_url) return std::nullopt;
    TokenExchange out{.token_url = *std::move(token_url), .client_id = spec.client_id.value};
    if (spec.client_secret) out.client_secret = secrets_.resolve(spec.client_secret, plan_.space, plan_.folder, SecretBytes::Trimmed);
    out.audience = spec.audience.value;
    out.scopes = values(spec.scopes);
    if (spec.subject_token_type.value.ends_with("id_token")) out.subject_token_type = SubjectTokenType::IdToken;
    if (spec.subject_token_type.value.ends_with("jwt")) out.subject_token_type = SubjectTokenType::Jwt;
    out.external_token_header_name = spec.external_token_header_name.value;
    if (!spec.subject_provider_name.value.empty()) {
      out.subject_provider_name = spec.subject_provider_name.value;
    } else if (plan_.auth_server != nullptr) {
      out.subject_provider_name = upstream_names(plan_.auth_server).front();  // as ToolHive does (V-03)
    }
    return out;
  }

  const ServerPlan& plan_;
  SecretResolver& secrets_;
  Diagnostics& diagnostics_;
};

}  // namespace

std::optional<AuthServer> build_auth_server(const ServerPlan& plan, const Overlay& overlay, const MockUpstreams& mock, SecretResolver& secrets,
                                            Diagnostics& diagnostics) {
  if (plan.auth_server == nullptr) return std::nullopt;
  return AuthServerBuilder(plan, overlay, mock, secrets, diagnostics).build();
}

std::optional<Runtime> build_runtime(const ServerPlan& plan, const Overlay& overlay, const MockUpstreams& mock, SecretResolver& secrets,
                                     Diagnostics& diagnostics) {
  RuntimeBuilder builder(plan, secrets, diagnostics);
  Runtime out;
  out.name = plan.name;
  out.incoming = builder.incoming();
  out.auth_server = build_auth_server(plan, overlay, mock, secrets, diagnostics);
  for (const auto& backend : plan.backends) builder.backend(backend, out.backends);
  std::sort(out.backends.begin(), out.backends.end(), [](const Backend& a, const Backend& b) { return a.name < b.name; });
  out.passthrough_headers = values(plan.passthrough_headers);
  out.aggregation = build_aggregation(plan.aggregation, plan.own_tools);
  out.operational = build_operational(plan.operational);
  if (diagnostics.has_errors()) return std::nullopt;
  return out;
}

}  // namespace vmcpauth::config
