#include "core/inspect/key_source.hpp"

#include <memory>

#include "core/inspect/claim_values.hpp"
#include "core/jose/key_ring.hpp"
#include "core/oauth/jwks_source.hpp"

namespace vmcpauth::inspect {
namespace {

http::PeerPolicy typed_by_hand() { return {.allow_private_addresses = true, .allow_loopback = true, .allow_http = false, .ca_bundle_path = {}}; }

std::vector<Secret> clones(const std::vector<Secret>& secrets) {
  std::vector<Secret> out;
  for (const auto& secret : secrets) out.push_back(secret.clone());
  return out;
}

Result<std::optional<KeySource>> of_own_server(const config::AuthServer& server) {
  if (server.signing_keys.pem.empty()) {
    auto source = keys_of_issuer(server.issuer);
    source.shown += " (the configuration has no signing key: the server makes one when it starts)";
    return source;
  }
  TRY(const auto ring, jose::KeyRing::from_pem(clones(server.signing_keys.pem)));
  return KeySource{ring.public_keys(), "the configuration's signing keys", {}};
}

KeySource of_incoming(const config::OidcIncoming& oidc) {
  const http::PeerPolicy peer{.allow_private_addresses = oidc.jwks_allow_private_ip,
                              .allow_loopback = true,
                              .allow_http = oidc.insecure_allow_http,
                              .ca_bundle_path = oidc.ca_bundle_path};
  if (oidc.jwks_url) return {KeysAtUrl{*oidc.jwks_url}, oidc.jwks_url->text(), peer};
  return {KeysOfIssuer{oidc.issuer}, "the metadata of " + oidc.issuer, peer};
}

std::optional<KeySource> of_upstream(const config::AuthServer& server, const std::string& issuer) {
  for (const auto& upstream : server.upstreams) {
    const auto* oidc = std::get_if<config::OidcSettings>(&upstream.settings);
    if (oidc == nullptr || oidc->issuer_url != issuer) continue;
    http::PeerPolicy peer{.allow_private_addresses = upstream.allow_private_ips,
                          .allow_loopback = true,
                          .allow_http = upstream.insecure_allow_http,
                          .ca_bundle_path = upstream.ca_bundle_path};
    return KeySource{KeysOfIssuer{issuer}, "the metadata of " + issuer, std::move(peer)};
  }
  for (const auto& trusted : server.trusted_issuers) {
    if (trusted.issuer_url != issuer) continue;
    http::PeerPolicy peer{
        .allow_private_addresses = trusted.allow_private_ips, .allow_loopback = true, .allow_http = trusted.insecure_allow_http, .ca_bundle_path = {}};
    if (trusted.jwks_url) return KeySource{KeysAtUrl{*trusted.jwks_url}, trusted.jwks_url->text(), std::move(peer)};
    return KeySource{KeysOfIssuer{issuer}, "the metadata of " + issuer, std::move(peer)};
  }
  return std::nullopt;
}

}  // namespace

KeySource keys_at_url(Url url) {
  const auto shown = url.origin() + url.path();
  return {KeysAtUrl{std::move(url)}, shown, typed_by_hand()};
}

KeySource keys_of_issuer(std::string issuer) {
  auto shown = "the metadata of " + issuer;
  return {KeysOfIssuer{std::move(issuer)}, std::move(shown), typed_by_hand()};
}

Result<std::optional<KeySource>> keys_by_configuration(const config::Runtime& runtime, const Json& claims) {
  const auto issuer = text_claim(claims, "iss");
  if (runtime.auth_server) {
    if (runtime.auth_server->issuer == issuer) return of_own_server(*runtime.auth_server);
    if (auto upstream = of_upstream(*runtime.auth_server, issuer)) return upstream;
  }
  const auto* oidc = std::get_if<config::OidcIncoming>(&runtime.incoming);
  if (oidc != nullptr && oidc->issuer == issuer) return of_incoming(*oidc);
  return std::nullopt;
}

Task<Result<jose::JwkSet>> obtain_keys(KeySource source, http::HttpClient& client, const Clock& clock) {
  if (auto* given = std::get_if<jose::JwkSet>(&source.keys)) co_return std::move(*given);
  std::optional<oauth::JwksSettings> settings;
  if (const auto* at = std::get_if<KeysAtUrl>(&source.keys)) {
    settings.emplace(oauth::JwksSettings{.location = at->url, .peer = source.peer, .timing = {}});
  } else {
    oauth::DiscoverySettings discovery{.issuer = std::get<KeysOfIssuer>(source.keys).issuer, .peer = source.peer};
    auto metadata = std::make_shared<oauth::MetadataSource>(std::move(discovery), client, clock);
    settings.emplace(oauth::JwksSettings{.location = std::move(metadata), .peer = source.peer, .timing = {}});
  }
  oauth::JwksSource keys(*std::move(settings), client, clock);
  auto found = co_await keys.keys();
  if (!found) co_return std::unexpected(std::move(found).error());
  co_return **found;
}

}  // namespace vmcpauth::inspect
