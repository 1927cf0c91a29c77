#include "tests/unit/config/runtime_dump.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vmcpauth::test {
namespace {

using namespace config;

class Dump {
 public:
  void line(std::string_view key, std::string_view value) { out_ += fmt::format("{:{}}{}: {}\n", "", indent_, key, value); }
  void optional(std::string_view key, std::string_view value) {
    if (!value.empty()) line(key, value);
  }
  void list(std::string_view key, const std::vector<std::string>& values) {
    if (!values.empty()) line(key, fmt::format("{}", fmt::join(values, " ")));
  }
  void map(std::string_view key, const StringMap& values) {
    for (const auto& [name, value] : values) line(fmt::format("{}.{}", key, name), value);
  }
  void flag(std::string_view key, bool value) {
    if (value) line(key, "true");
  }
  void url(std::string_view key, const std::optional<Url>& url) {
    if (url) line(key, url->text());
  }
  void secret(std::string_view key, const std::optional<Secret>& secret) {
    if (secret) line(key, size(*secret));
  }
  static std::string size(const Secret& secret) { return fmt::format("[secret, {} bytes]", secret.reveal().size()); }
  template <class Body>
  void block(std::string_view title, Body body) {
    out_ += fmt::format("{:{}}{}\n", "", indent_, title);
    indent_ += 2;
    body();
    indent_ -= 2;
  }
  std::string out_;

 private:
  int indent_ = 0;
};

std::string seconds(Seconds value) { return fmt::format("{}s", value.count()); }

void dump_userinfo(Dump& d, std::string_view key, const std::optional<UserInfoEndpoint>& userinfo) {
  if (!userinfo) return;
  d.line(key, fmt::format("{} {}", userinfo->http_method, userinfo->endpoint.text()));
  d.map(fmt::format("{}.headers", key), userinfo->additional_headers);
  d.list(fmt::format("{}.subject", key), userinfo->subject_fields);
  d.list(fmt::format("{}.name", key), userinfo->name_fields);
  d.list(fmt::format("{}.email", key), userinfo->email_fields);
}

void dump_settings(Dump& d, const OidcSettings& oidc) {
  d.line("issuer_url", oidc.issuer_url);
  d.line("subject_claim", oidc.subject_claim);
  dump_userinfo(d, "userinfo_override", oidc.userinfo_override);
}

void dump_settings(Dump& d, const OAuth2Settings& oauth2) {
  d.line("authorization_endpoint", oauth2.authorization_endpoint ? oauth2.authorization_endpoint->text() : std::string());
  d.line("token_endpoint", oauth2.token_endpoint ? oauth2.token_endpoint->text() : std::string());
  dump_userinfo(d, "userinfo", oauth2.userinfo);
  if (oauth2.token_response_mapping) {
    const auto& m = *oauth2.token_response_mapping;
    d.line("token_response_mapping", fmt::format("[{}] [{}] [{}] [{}]", m.access_token_path, m.scope_path, m.refresh_token_path, m.expires_in_path));
  }
  if (oauth2.identity_from_token) {
    const auto& i = *oauth2.identity_from_token;
    d.line("identity_from_token", fmt::format("[{}] [{}] [{}]", i.subject_path, i.name_path, i.email_path));
  }
  if (!oauth2.dcr) return;
  d.url("dcr.discovery_url", oauth2.dcr->discovery_url);
  d.url("dcr.registration_endpoint", oauth2.dcr->registration_endpoint);
  d.secret("dcr.initial_access_token", oauth2.dcr->initial_access_token);
  d.optional("dcr.software_id", oauth2.dcr->software_id);
}

void dump_upstream(Dump& d, const Upstream& upstream) {
  d.block(fmt::format("upstream {}", upstream.name), [&] {
    std::visit([&](const auto& settings) { dump_settings(d, settings); }, upstream.settings);
    d.line("client_id", upstream.client_id);
    d.secret("client_secret", upstream.client_secret);
    d.line("redirect_uri", upstream.redirect_uri);
    d.list("scopes", upstream.scopes);
    d.map("params", upstream.additional_authorization_params);
    d.flag("allow_private_ips", upstream.allow_private_ips);
    d.flag("insecure_allow_http", upstream.insecure_allow_http);
    d.optional("ca_bundle_path", upstream.ca_bundle_path.value_or(""));
  });
}

void dump_trusted(Dump& d, const TrustedIssuer& issuer) {
  d.block(fmt::format("trusted issuer {}", issuer.issuer_url), [&] {
    d.optional("expected_audience", issuer.expected_audience);
    d.url("jwks_url", issuer.jwks_url);
    d.optional("actor_claim", issuer.actor_claim);
    d.list("allowed_actors", issuer.allowed_actors);
    d.list("allowed_delegate_clients", issuer.allowed_delegate_clients);
    d.flag("allow_may_act", issuer.allow_may_act);
    d.flag("allow_private_ips", issuer.allow_private_ips);
    if (!issuer.jwt_bearer_grant) return;
    d.line("max_assertion_age", seconds(issuer.jwt_bearer_grant->max_assertion_age));
    for (const auto& binding : issuer.jwt_bearer_grant->subject_bindings) d.list(fmt::format("subject {}", binding.subject), binding.allowed_resources);
    d.list("accepted_audiences", issuer.jwt_bearer_grant->accepted_audiences);
  });
}

void dump_server(Dump& d, const AuthServer& server) {
  d.block("authorization server", [&] {
    d.line("issuer", server.issuer);
    if (server.authorization_endpoint_base != server.issuer) d.line("authorization_endpoint_base", server.authorization_endpoint_base);
    for (const auto& pem : server.signing_keys.pem) d.line("signing_key", Dump::size(pem));
    for (const auto& secret : server.hmac_secrets) d.line("hmac_secret", Dump::size(secret));
    d.line("lifespans", fmt::format("{} {} {} {}", seconds(server.lifespans.access_token), seconds(server.lifespans.refresh_token),
                                    seconds(server.lifespans.authorization_code), seconds(server.delegation_token_lifespan)));
    d.list("scopes_supported", server.scopes_supported);
    d.list("baseline_client_scopes", server.baseline_client_scopes);
    d.list("allowed_audiences", server.allowed_audiences);
    d.optional("storage", server.storage == StorageType::Redis ? "redis" : "");
    d.flag("disable_upstream_token_injection", server.disable_upstream_token_injection);
    d.flag("insecure_allow_http", server.insecure_allow_http);
    d.flag("allow_confidential_client_registration", server.allow_confidential_client_registration);
    d.list("force_confidential_redirect_uris", server.force_confidential_redirect_uris);
    if (server.cimd.enabled) d.line("cimd", fmt::format("{} {}", server.cimd.cache_max_size, seconds(server.cimd.cache_fallback_ttl)));
    for (const auto& upstream : server.upstreams) dump_upstream(d, upstream);
    for (const auto& issuer : server.trusted_issuers) dump_trusted(d, issuer);
    for (const auto& client : server.delegate_clients) {
      d.line(fmt::format("delegate client {}", client.client_id),
             fmt::format("{} scopes {} audiences {}", Dump::size(client.client_secret), fmt::join(client.scopes, ","), fmt::join(client.audiences, ",")));
    }
  });
}

std::string strategy_text(const Unauthenticated&) { return "unauthenticated"; }
std::string strategy_text(const HeaderInjection& header) { return fmt::format("header {} {}", header.header_name, Dump::size(header.header_value)); }
std::string strategy_text(const UpstreamInject& inject) { return fmt::format("upstream_inject {}", inject.provider_name); }
std::string strategy_text(const TokenExchange& exchange) {
  constexpr const char* kTypes[] = {"access_token", "id_token", "jwt"};
  return fmt::format("token_exchange {} client={} secret={} audience={} scopes={} type={} provider={} header={}", exchange.token_url.text(), exchange.client_id,
                     exchange.client_secret ? Dump::size(*exchange.client_secret) : "none", exchange.audience, fmt::join(exchange.scopes, ","),
                     kTypes[static_cast<std::size_t>(exchange.subject_token_type)], exchange.subject_provider_name.value_or("(incoming)"),
                     exchange.external_token_header_name);
}

void dump_incoming(Dump& d, const IncomingAuth& incoming) {
  const auto* oidc = std::get_if<OidcIncoming>(&incoming);
  if (oidc == nullptr) return d.line("incoming", "anonymous");
  d.block("incoming oidc", [&] {
    d.line("issuer", oidc->issuer);
    d.line("audience", oidc->audience);
    d.optional("resource", oidc->resource);
    d.optional("client_id", oidc->client_id);
    d.secret("client_secret", oidc->client_secret);
    d.list("scopes", oidc->scopes);
    d.url("jwks_url", oidc->jwks_url);
    d.url("introspection_url", oidc->introspection_url);
    d.flag("jwks_allow_private_ip", oidc->jwks_allow_private_ip);
    d.flag("insecure_allow_http", oidc->insecure_allow_http);
    d.optional("ca_bundle_path", oidc->ca_bundle_path.value_or(""));
    if (oidc->ca_bundle_pem) d.line("ca_bundle_pem", fmt::format("{} bytes", oidc->ca_bundle_pem->size()));
  });
}

}  // namespace

std::string dump(const Runtime& runtime) {
  Dump d;
  d.line("server", runtime.name);
  dump_incoming(d, runtime.incoming);
  if (runtime.auth_server) dump_server(d, *runtime.auth_server);
  for (const auto& backend : runtime.backends) {
    d.line(fmt::format("backend {}", backend.name), fmt::format("{}{} {}", backend.url.text(), backend.transport == Transport::Sse ? " (sse)" : "",
                                                                std::visit([](const auto& strategy) { return strategy_text(strategy); }, backend.strategy)));
    if (backend.ca_bundle_path) d.line("  ca_bundle_path", *backend.ca_bundle_path);
    if (backend.ca_bundle_pem) d.line("  ca_bundle_pem", fmt::format("{} bytes", backend.ca_bundle_pem->size()));
    for (const auto& header : backend.forward_headers) d.line(fmt::format("  header {}", header.name), Dump::size(header.value));
  }
  d.list("passthrough_headers", runtime.passthrough_headers);
  return d.out_;
}

}  // namespace vmcpauth::test
