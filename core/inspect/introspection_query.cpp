#include "core/inspect/introspection_query.hpp"

#include "core/oauth/server_metadata.hpp"

namespace vmcpauth::inspect {
namespace {

upstream::ClientCredentials credentials(const std::string& id, const std::optional<Secret>& secret) {
  upstream::ClientCredentials client{id, {}, upstream::ClientAuthentication::None};
  if (secret && !secret->empty()) {
    client.secret = secret->clone();
    client.method = upstream::ClientAuthentication::Basic;
  }
  return client;
}

Task<Result<Url>> endpoint_of(const IntrospectionTarget& target, http::HttpClient& client) {
  if (const auto* url = std::get_if<Url>(&target.endpoint)) co_return *url;
  oauth::DiscoverySettings settings{.issuer = std::get<std::string>(target.endpoint), .peer = target.peer};
  auto metadata = co_await oauth::discover(client, std::move(settings));
  if (!metadata) co_return std::unexpected(std::move(metadata).error());
  if (!metadata->introspection_endpoint)
    co_return fail(ErrorCode::NotFound, target.who + " offers no introspection (its metadata names no introspection_endpoint)");
  co_return *metadata->introspection_endpoint;
}

}  // namespace

std::optional<IntrospectionTarget> introspection_by_configuration(const config::Runtime& runtime, std::string_view provider) {
  if (provider.empty()) {
    const auto* oidc = std::get_if<config::OidcIncoming>(&runtime.incoming);
    if (oidc == nullptr || runtime.auth_server) return std::nullopt;
    IntrospectionTarget target{.endpoint = oidc->issuer,
                               .client = credentials(oidc->client_id, oidc->client_secret),
                               .peer = {.allow_private_addresses = oidc->jwks_allow_private_ip,
                                        .allow_loopback = true,
                                        .allow_http = oidc->insecure_allow_http,
                                        .ca_bundle_path = oidc->ca_bundle_path},
                               .who = "the issuer " + oidc->issuer};
    if (oidc->introspection_url) target.endpoint = *oidc->introspection_url;
    return target;
  }
  if (!runtime.auth_server) return std::nullopt;
  for (const auto& upstream : runtime.auth_server->upstreams) {
    const auto* oidc = std::get_if<config::OidcSettings>(&upstream.settings);
    if (upstream.name != provider || oidc == nullptr) continue;
    return IntrospectionTarget{.endpoint = oidc->issuer_url,
                               .client = credentials(upstream.client_id, upstream.client_secret),
                               .peer = {.allow_private_addresses = upstream.allow_private_ips,
                                        .allow_loopback = true,
                                        .allow_http = upstream.insecure_allow_http,
                                        .ca_bundle_path = upstream.ca_bundle_path},
                               .who = "provider \"" + upstream.name + "\""};
  }
  return std::nullopt;
}

Task<Result<Json>> introspect(IntrospectionTarget target, Secret token, http::HttpClient& client) {
  auto endpoint = co_await endpoint_of(target, client);
  if (!endpoint) co_return std::unexpected(std::move(endpoint).error());
  upstream::TokenRequest request{.peer = {target.who, "introspection endpoint", *std::move(endpoint)}};
  request.form = {{"token", token.reveal()}, {"token_type_hint", "access_token"}};
  request.secrets = {token.reveal()};
  if (target.client.method == upstream::ClientAuthentication::Basic) request.fallback = upstream::ClientAuthentication::Post;
  request.client = std::move(target.client);
  request.policy = target.peer;
  const auto peer = request.peer;
  auto answer = co_await upstream::ask_token_endpoint(client, std::move(request));
  if (!answer) co_return std::unexpected(std::move(answer).error());
  if (!answer->document.contains("active") || !answer->document["active"].is_boolean()) {
    co_return std::unexpected(upstream::with_peer(Error(ErrorCode::BadResponse, "the answer does not say whether the token is active (RFC 7662 §2.2)"), peer));
  }
  co_return std::move(answer->document);
}

}  // namespace vmcpauth::inspect
