#include "core/upstream/revocation.hpp"

#include "core/oauth/server_metadata.hpp"

namespace vmcpauth::upstream {
namespace {

ClientCredentials revoking_client(const config::Upstream& settings) {
  ClientCredentials client{settings.client_id, {}, ClientAuthentication::None};
  if (settings.client_secret && !settings.client_secret->empty()) {
    client.secret = settings.client_secret->clone();
    client.method = ClientAuthentication::Basic;
  }
  return client;
}

// The URLs that the upstream's server may have its metadata under.
std::optional<std::string> issuer_of(const config::Upstream& settings) {
  if (const auto* oidc = std::get_if<config::OidcSettings>(&settings.settings)) return oidc->issuer_url;
  const auto& oauth2 = std::get<config::OAuth2Settings>(settings.settings);
  if (oauth2.dcr && oauth2.dcr->discovery_url) return oauth2.dcr->discovery_url->origin();
  return oauth2.token_endpoint ? std::optional(oauth2.token_endpoint->origin()) : std::nullopt;
}

std::string no_endpoint(const config::Upstream& settings, const std::string& issuer) {
  std::string out = "provider \"" + settings.name + "\" has no revocation endpoint that its metadata would name";
  if (issuer.ends_with("github.com")) out += "; at GitHub the user ends the grant in Settings, Applications";
  return out;
}

bool is_loopback(const std::string& issuer) {
  const auto url = Url::parse(issuer);
  return url && url->is_loopback();
}

}  // namespace

Task<Result<RevocationTarget>> find_revocation(const config::Upstream& settings, std::optional<Url> given, http::HttpClient& http) {
  const auto issuer = issuer_of(settings).value_or("");
  const http::PeerPolicy policy{.allow_private_addresses = settings.allow_private_ips,
                                .allow_loopback = is_loopback(issuer) || (given && given->is_loopback()),
                                .allow_http = settings.insecure_allow_http,
                                .ca_bundle_path = settings.ca_bundle_path};
  if (!given) {
    if (issuer.empty()) co_return fail(ErrorCode::NotFound, no_endpoint(settings, issuer));
    const bool oidc = std::holds_alternative<config::OidcSettings>(settings.settings);
    oauth::DiscoverySettings discovery{.issuer = issuer, .order = oidc ? oauth::DiscoveryOrder::OpenId : oauth::DiscoveryOrder::OAuth, .peer = policy};
    auto metadata = co_await oauth::discover(http, std::move(discovery));
    // A plain OAuth 2.0 server need not have metadata at all.
    if (!metadata && (oidc || metadata.error().code() == ErrorCode::Unreachable || metadata.error().code() == ErrorCode::Timeout)) {
      co_return std::unexpected(std::move(metadata).error());
    }
    if (!metadata || !metadata->revocation_endpoint) co_return fail(ErrorCode::NotFound, no_endpoint(settings, issuer));
    given = metadata->revocation_endpoint;
  }
  co_return RevocationTarget{*std::move(given), revoking_client(settings), policy, "provider \"" + settings.name + "\""};
}

Task<Result<void>> revoke_token(const RevocationTarget& target, Secret token, RevokedKind kind, http::HttpClient& http) {
  TokenRequest request{.peer = {target.who, "revocation endpoint", target.endpoint, Asked::Revocation}};
  request.form = {{"token", token.reveal()}, {"token_type_hint", kind == RevokedKind::AccessToken ? "access_token" : "refresh_token"}};
  request.secrets = {token.reveal()};
  request.client = target.client.clone();
  request.policy = target.policy;
  if (request.client.method == ClientAuthentication::Basic) request.fallback = ClientAuthentication::Post;
  auto revoked = co_await ask_revocation_endpoint(http, std::move(request));
  co_return revoked;
}

}  // namespace vmcpauth::upstream
