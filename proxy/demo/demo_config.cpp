#include "proxy/demo/demo_config.hpp"

#include <utility>

namespace vmcpauth::proxy {
namespace {

constexpr const char* kCorporate = "corporate-idp";
constexpr const char* kGithubLike = "github-like";
constexpr const char* kClientId = "vmcpauth-demo";
constexpr const char* kExchangeClientId = "reports-gateway";
constexpr const char* kReportsAudience = "api://reports";

struct Secrets {
  Secret corporate, github_like, exchange;
};

config::Upstream upstream(const char* name, const std::string& issuer, const Secret& secret,
                          std::variant<config::OidcSettings, config::OAuth2Settings> settings, std::vector<std::string> scopes) {
  return {.name = name,
          .settings = std::move(settings),
          .client_id = kClientId,
          .client_secret = secret.clone(),
          .redirect_uri = issuer + "/oauth/callback",
          .scopes = std::move(scopes),
          .allow_private_ips = true,
          .insecure_allow_http = true};
}

Result<config::OAuth2Settings> github_like_settings(const std::string& origin) {
  TRY(auto authorization, Url::parse(origin + "/authorize"));
  TRY(auto token, Url::parse(origin + "/token"));
  TRY(auto userinfo, Url::parse(origin + "/userinfo"));
  return config::OAuth2Settings{.authorization_endpoint = std::move(authorization),
                                .token_endpoint = std::move(token),
                                .userinfo = config::UserInfoEndpoint{
                                    .endpoint = std::move(userinfo), .subject_fields = {"id"}, .name_fields = {"name", "login"}, .email_fields = {"email"}}};
}

Result<config::AuthServer> auth_server(const DemoOrigins& origins, const std::string& audience, const Secrets& secrets) {
  config::AuthServer out{.issuer = origins.vmcp, .authorization_endpoint_base = origins.vmcp, .allowed_audiences = {audience}, .insecure_allow_http = true};
  TRY(auto github_like, github_like_settings(origins.github_like));
  out.upstreams.push_back(upstream(kCorporate, origins.vmcp, secrets.corporate, config::OidcSettings{.issuer_url = origins.corporate_idp},
                                   {"openid", "profile", "email", "offline_access"}));
  out.upstreams.push_back(upstream(kGithubLike, origins.vmcp, secrets.github_like, std::move(github_like), {"read:user", "repo"}));
  return out;
}

Result<config::Backend> backend(const char* name, const std::string& origin, config::Strategy strategy) {
  TRY(auto url, Url::parse(origin + "/mcp"));
  return config::Backend{.name = name, .url = std::move(url), .strategy = std::move(strategy)};
}

Result<std::vector<config::Backend>> backends(const DemoOrigins& origins, const Secrets& secrets) {
  std::vector<config::Backend> out;  // sorted by name
  TRY(auto notes, backend("notes", origins.notes, config::UpstreamInject{kCorporate}));
  out.push_back(std::move(notes));
  if (!origins.reports.empty()) {
    TRY(auto token_url, Url::parse(origins.corporate_idp + "/token"));
    TRY(auto reports, backend("reports", origins.reports,
                              config::TokenExchange{.token_url = std::move(token_url),
                                                    .client_id = kExchangeClientId,
                                                    .client_secret = secrets.exchange.clone(),
                                                    .audience = kReportsAudience,
                                                    .scopes = {"reports:read"},
                                                    .subject_provider_name = kCorporate}));
    out.push_back(std::move(reports));
  }
  TRY(auto tickets, backend("tickets", origins.tickets, config::UpstreamInject{kGithubLike}));
  out.push_back(std::move(tickets));
  return out;
}

ProviderClient login_client(const Secret& secret, const std::string& issuer) {
  return {.client_id = kClientId, .client_secret = secret.clone(), .redirect_uris = {issuer + "/oauth/callback"}};
}

std::vector<IdentityProviderSpec> providers(const DemoOrigins& origins, const Secrets& secrets) {
  std::vector<IdentityProviderSpec> out(2);
  auto& corporate = out[0];
  corporate.name = kCorporate;
  corporate.issuer = origins.corporate_idp;
  corporate.clients.push_back(login_client(secrets.corporate, origins.vmcp));
  if (!origins.reports.empty()) {
    corporate.clients.push_back({.client_id = kExchangeClientId,
                                 .client_secret = secrets.exchange.clone(),
                                 .redirect_uris = {},
                                 .may_exchange = true,
                                 .exchange_audiences = {kReportsAudience}});
  }
  auto& github_like = out[1];
  github_like.name = kGithubLike;
  github_like.issuer = origins.github_like;
  github_like.kind = ProviderKind::OAuth2;
  github_like.clients.push_back(login_client(secrets.github_like, origins.vmcp));
  github_like.token_answer = {.format = TokenFormat::Form, .errors_with_status_200 = true};
  github_like.userinfo_answer = {.subject_fields = {"id"}};
  github_like.refresh_tokens = RefreshTokens::Always;
  return out;
}

std::vector<McpBackendSpec> backend_servers(const DemoOrigins& origins) {
  std::vector<McpBackendSpec> out;
  out.push_back({.name = "notes", .origin = origins.notes, .required = RequiredToken{origins.corporate_idp, std::string("api://") + kCorporate}});
  if (!origins.reports.empty())
    out.push_back({.name = "reports", .origin = origins.reports, .required = RequiredToken{origins.corporate_idp, kReportsAudience}});
  // One of them streams, so that both kinds of answer pass through the proxy.
  out.push_back({.name = "tickets",
                 .origin = origins.tickets,
                 .required = RequiredToken{origins.github_like, std::string("api://") + kGithubLike},
                 .prefer_event_stream = true});
  return out;
}

}  // namespace

Result<DemoWorld> demo_world(const DemoOrigins& origins, Random& random) {
  const Secrets secrets{Secret(random.token()), Secret(random.token()), Secret(random.token())};
  TRY_VOID(Url::parse(origins.vmcp));
  const std::string audience = origins.vmcp + "/mcp";
  DemoWorld world;
  world.runtime.name = "demo";
  world.runtime.incoming = config::OidcIncoming{.issuer = origins.vmcp, .audience = audience, .resource = audience, .insecure_allow_http = true};
  TRY(world.runtime.auth_server, auth_server(origins, audience, secrets));
  TRY(world.runtime.backends, backends(origins, secrets));
  world.providers = providers(origins, secrets);
  world.backends = backend_servers(origins);
  return world;
}

}  // namespace vmcpauth::proxy
