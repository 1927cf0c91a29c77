#include "proxy/demo/mock_upstreams.hpp"

#include <algorithm>
#include <utility>

namespace vmcpauth::proxy {
namespace {

const config::Upstream* find_upstream(const config::AuthServer& auth_server, std::string_view name) {
  const auto it = std::find_if(auth_server.upstreams.begin(), auth_server.upstreams.end(), [&](const auto& upstream) { return upstream.name == name; });
  return it == auth_server.upstreams.end() ? nullptr : &*it;
}

std::unexpected<Error> unknown_upstream(const config::AuthServer& auth_server, const std::string& name) {
  std::string known;
  for (const auto& upstream : auth_server.upstreams) known += (known.empty() ? "" : ", ") + upstream.name;
  return fail(ErrorCode::NotFound, "there is no upstream \"" + name + "\" to mock (there is: " + known + ")");
}

// How a backend's tokenUrl without subjectProviderName is known to be this upstream's.
std::string original_origin(const config::Upstream& upstream) {
  if (const auto* oauth2 = std::get_if<config::OAuth2Settings>(&upstream.settings)) {
    if (oauth2->token_endpoint) return oauth2->token_endpoint->origin();
    return oauth2->dcr && oauth2->dcr->discovery_url ? oauth2->dcr->discovery_url->origin() : std::string();
  }
  const auto issuer = Url::parse(std::get<config::OidcSettings>(upstream.settings).issuer_url);
  return issuer ? issuer->origin() : std::string();
}

UserInfoAnswer userinfo_answer(const std::optional<config::UserInfoEndpoint>& endpoint) {
  UserInfoAnswer out;
  if (!endpoint) return out;
  if (!endpoint->subject_fields.empty()) out.subject_fields = endpoint->subject_fields;
  if (!endpoint->name_fields.empty()) out.name_fields = endpoint->name_fields;
  if (!endpoint->email_fields.empty()) out.email_fields = endpoint->email_fields;
  return out;
}

// Points the endpoint at the mock. Its additional headers stay behind: they may hold a real credential.
Result<void> redirect_userinfo(std::optional<config::UserInfoEndpoint>& endpoint, const std::string& origin) {
  if (!endpoint) return {};
  TRY(endpoint->endpoint, Url::parse(origin + "/userinfo"));
  endpoint->additional_headers.clear();
  return {};
}

Result<void> mock_oidc(config::OidcSettings& settings, const std::string& origin, IdentityProviderSpec& spec) {
  spec.kind = ProviderKind::Oidc;
  spec.subject_claim = settings.subject_claim;
  spec.userinfo_answer = userinfo_answer(settings.userinfo_override);
  settings.issuer_url = origin;
  return redirect_userinfo(settings.userinfo_override, origin);
}

TokenAnswer token_answer(const config::OAuth2Settings& settings) {
  TokenAnswer out;
  if (const auto& mapping = settings.token_response_mapping) {
    out.access_token_path = mapping->access_token_path;
    out.scope_path = mapping->scope_path;
    out.refresh_token_path = mapping->refresh_token_path;
    out.expires_in_path = mapping->expires_in_path;
  }
  if (const auto& identity = settings.identity_from_token) {
    out.subject_path = identity->subject_path;
    out.name_path = identity->name_path;
    out.email_path = identity->email_path;
  }
  return out;
}

Result<void> mock_registration(config::OAuth2Settings& settings, const std::string& origin, IdentityProviderSpec& spec) {
  if (!settings.dcr) return {};
  spec.registration.emplace();
  if (settings.dcr->initial_access_token) spec.registration->initial_access_token = settings.dcr->initial_access_token->clone();
  if (settings.dcr->discovery_url) {
    TRY(settings.dcr->discovery_url, Url::parse(origin + "/.well-known/oauth-authorization-server"));
  }
  if (settings.dcr->registration_endpoint) {
    TRY(settings.dcr->registration_endpoint, Url::parse(origin + "/register"));
  }
  return {};
}

Result<void> mock_oauth2(config::OAuth2Settings& settings, const std::string& origin, IdentityProviderSpec& spec) {
  spec.kind = ProviderKind::OAuth2;
  spec.refresh_tokens = RefreshTokens::Always;
  spec.token_answer = token_answer(settings);
  spec.userinfo_answer = userinfo_answer(settings.userinfo);
  TRY(settings.authorization_endpoint, Url::parse(origin + "/authorize"));
  TRY(settings.token_endpoint, Url::parse(origin + "/token"));
  TRY_VOID(redirect_userinfo(settings.userinfo, origin));
  return mock_registration(settings, origin, spec);
}

Result<IdentityProviderSpec> mock_upstream(config::Upstream& upstream, const std::string& origin) {
  IdentityProviderSpec spec;
  spec.name = upstream.name;
  spec.issuer = origin;
  if (!upstream.client_id.empty()) {
    ProviderClient client{.client_id = upstream.client_id, .client_secret = {}, .redirect_uris = {upstream.redirect_uri}};
    if (upstream.client_secret) client.client_secret = upstream.client_secret->clone();
    spec.clients.push_back(std::move(client));
  }
  if (auto* oidc = std::get_if<config::OidcSettings>(&upstream.settings)) {
    TRY_VOID(mock_oidc(*oidc, origin, spec));
  } else {
    TRY_VOID(mock_oauth2(std::get<config::OAuth2Settings>(upstream.settings), origin, spec));
  }
  // Google's way of asking for a refresh token.
  const auto access_type = upstream.additional_authorization_params.find("access_type");
  if (access_type != upstream.additional_authorization_params.end() && access_type->second == "offline") spec.refresh_tokens = RefreshTokens::Always;
  upstream.allow_private_ips = true;
  upstream.insecure_allow_http = true;
  upstream.ca_bundle_path.reset();
  return spec;
}

// The backend's client at the mock: the same client id may serve several backends, and may be the login client too.
Result<void> allow_exchange(IdentityProviderSpec& spec, const config::TokenExchange& exchange) {
  if (exchange.client_id.empty()) {
    spec.anonymous_exchange = true;
    return {};
  }
  auto client = std::find_if(spec.clients.begin(), spec.clients.end(), [&](const auto& c) { return c.client_id == exchange.client_id; });
  if (client == spec.clients.end()) {
    spec.clients.push_back({.client_id = exchange.client_id, .client_secret = {}, .redirect_uris = {}});
    client = spec.clients.end() - 1;
    if (exchange.client_secret) client->client_secret = exchange.client_secret->clone();
  }
  // One client cannot have two secrets; say so now instead of failing at the first exchange.
  const bool same = exchange.client_secret ? client->client_secret && client->client_secret->equals(exchange.client_secret->reveal()) : !client->client_secret;
  if (!same) return fail(ErrorCode::InvalidInput, "the client \"" + exchange.client_id + "\" has different secrets in different places");
  const bool unrestricted = client->may_exchange && client->exchange_audiences.empty();
  client->may_exchange = true;
  if (exchange.audience.empty()) {
    client->exchange_audiences.clear();
  } else if (!unrestricted) {
    client->exchange_audiences.push_back(exchange.audience);
  }
  return {};
}

struct Mocked {
  IdentityProviderSpec spec;
  std::string original_origin;
};

Mocked* mock_behind(std::vector<Mocked>& mocks, const config::TokenExchange& exchange) {
  for (auto& mock : mocks) {
    if (exchange.subject_provider_name ? mock.spec.name == *exchange.subject_provider_name : mock.original_origin == exchange.token_url.origin()) return &mock;
  }
  return nullptr;
}

}  // namespace

Result<std::vector<std::string>> mocked_names(const config::AuthServer& auth_server, const std::vector<std::string>& requested) {
  for (const auto& name : requested) {
    if (find_upstream(auth_server, name) == nullptr) return unknown_upstream(auth_server, name);
  }
  std::vector<std::string> out;
  for (const auto& upstream : auth_server.upstreams) {
    const bool wanted = requested.empty() || std::find(requested.begin(), requested.end(), upstream.name) != requested.end();
    if (wanted) out.push_back(upstream.name);
  }
  return out;
}

Result<std::vector<IdentityProviderSpec>> mock_upstreams(config::AuthServer& auth_server, std::vector<config::Backend>& backends,
                                                         const std::map<std::string, std::string>& origins) {
  for (const auto& [name, origin] : origins) {
    if (find_upstream(auth_server, name) == nullptr) return unknown_upstream(auth_server, name);
  }
  std::vector<Mocked> mocks;
  for (auto& upstream : auth_server.upstreams) {
    const auto origin = origins.find(upstream.name);
    if (origin == origins.end()) continue;
    std::string original = original_origin(upstream);
    TRY(auto spec, mock_upstream(upstream, origin->second));
    mocks.push_back({std::move(spec), std::move(original)});
  }
  for (auto& backend : backends) {
    auto* exchange = std::get_if<config::TokenExchange>(&backend.strategy);
    Mocked* mock = exchange == nullptr ? nullptr : mock_behind(mocks, *exchange);
    if (mock == nullptr) continue;
    TRY(exchange->token_url, Url::parse(mock->spec.issuer + "/token"));
    exchange->allow_private_ips = true;
    TRY_VOID(allow_exchange(mock->spec, *exchange));
  }
  std::vector<IdentityProviderSpec> specs;
  for (auto& mock : mocks) specs.push_back(std::move(mock.spec));
  return specs;
}

}  // namespace vmcpauth::proxy
