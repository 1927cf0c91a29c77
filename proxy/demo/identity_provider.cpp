#include "proxy/demo/identity_provider.hpp"

#include <array>
#include <utility>

#include "proxy/demo/loopback_guard.hpp"
#include "proxy/demo/parameters.hpp"
#include "proxy/demo/provider_context.hpp"
#include "proxy/demo/token_answer.hpp"

namespace vmcpauth::proxy {
namespace {

// The shape must be possible before anybody signs in: places every member once.
Result<void> check_shape(const IdentityProviderSpec& spec) {
  const TokenAnswer& answer = spec.token_answer;
  Json body = Json::object();
  TRY_VOID(set_at_path(body, access_token_member(answer), "x"));
  for (const auto* path : {&answer.scope_path, &answer.refresh_token_path, &answer.expires_in_path}) {
    if (!path->empty()) TRY_VOID(set_at_path(body, *path, "x"));
  }
  TRY(const auto claims, claims_by_member(answer, spec.users.front()));
  for (const auto& [member, extra] : claims) {
    if (member != access_token_member(answer)) TRY_VOID(set_at_path(body, member, "x"));
  }
  return add_identity_members(body, answer, spec.users.front());
}

std::vector<ClientPtr> share(std::vector<ProviderClient>& clients) {
  std::vector<ClientPtr> out;
  for (auto& client : clients) out.push_back(std::make_shared<const ProviderClient>(std::move(client)));
  clients.clear();
  return out;
}

enum class Method : std::uint8_t { Get, Post, GetOrPost };

struct ProviderRoute {
  std::string_view path;
  Method method;
  http::Response (*answer)(ProviderContext&, const http::Request&);
};

constexpr std::array<ProviderRoute, 8> kRoutes{{
    {"/.well-known/oauth-authorization-server", Method::Get, [](ProviderContext& c, const http::Request&) { return answer_metadata(c); }},
    {"/jwks", Method::Get, [](ProviderContext& c, const http::Request&) { return answer_jwks(c); }},
    {"/authorize", Method::GetOrPost, answer_authorize},
    {"/token", Method::Post, answer_token},
    {"/userinfo", Method::GetOrPost, answer_userinfo},
    {"/revoke", Method::Post, answer_revoke},
    {"/introspect", Method::Post, answer_introspect},
    {"/register", Method::Post, answer_register},
}};

bool allows(Method method, std::string_view name) { return (name == "GET" && method != Method::Post) || (name == "POST" && method != Method::Get); }

std::string allowed(Method method) {
  switch (method) {
    case Method::Get: return "GET";
    case Method::Post: return "POST";
    case Method::GetOrPost: return "GET, POST";
  }
  return {};
}

// The path below the issuer. Metadata is also found with the well-known part before the issuer's path (RFC 8414 §3.1).
std::optional<std::string> local_path(const ProviderContext& context, std::string_view path) {
  const std::string& base = context.issuer.path();
  const bool oidc = context.spec.kind == ProviderKind::Oidc;
  constexpr std::string_view kOAuth = "/.well-known/oauth-authorization-server", kOidc = "/.well-known/openid-configuration";
  for (const auto document : {kOAuth, kOidc}) {
    const bool named = path == std::string(document) + base || path == base + std::string(document);
    if (named) return oidc || document == kOAuth ? std::optional(std::string(kOAuth)) : std::nullopt;
  }
  if (!path.starts_with(base)) return std::nullopt;
  return std::string(path.substr(base.size()));
}

http::Response answer(ProviderContext& context, const http::Request& request) {
  if (!host_is_own(request, context.issuer)) return http::Response::text(421, "this server is not what the Host header names\n");
  const auto path = local_path(context, request.path);
  for (const auto& route : kRoutes) {
    if (!path || route.path != *path) continue;
    if (route.path == "/register" && !context.spec.registration) break;
    if (!allows(route.method, request.method)) return method_not_allowed(allowed(route.method));
    return route.answer(context, request);
  }
  return http::Response::text(404, "not found\n");
}

}  // namespace

Result<std::unique_ptr<IdentityProvider>> IdentityProvider::make(IdentityProviderSpec spec, jose::KeyRing keys, TrustedIssuers& trust, const Clock& clock,
                                                                 Random& random) {
  TRY(auto issuer, Url::parse(spec.issuer));
  if (issuer.has_query() || issuer.has_fragment() || spec.issuer.ends_with('/')) {
    return fail(ErrorCode::InvalidInput, "the issuer of a built-in identity provider has a query, a fragment or a trailing slash");
  }
  if (spec.users.empty()) spec.users = built_in_users(spec.name);
  if (spec.audience.empty()) spec.audience = "api://" + spec.name;
  TRY_VOID(check_shape(spec));
  auto clients = share(spec.clients);
  const auto access_lifetime = spec.access_token_lifetime, refresh_lifetime = spec.refresh_token_lifetime;
  trust.add(spec.issuer, spec.name, [set = keys.public_keys()] { return set; });
  // The state cannot be moved, so it is made in its place. NOLINTNEXTLINE(modernize-make-unique)
  auto context = std::unique_ptr<ProviderContext>(new ProviderContext{.spec = std::move(spec),
                                                                      .issuer = std::move(issuer),
                                                                      .keys = std::move(keys),
                                                                      .trust = trust,
                                                                      .clock = clock,
                                                                      .random = random,
                                                                      .state = ProviderState(clock, random, access_lifetime, refresh_lifetime),
                                                                      .form_key = crypto::HmacSha256(Secret(random.token())),
                                                                      .clients = std::move(clients)});
  return std::unique_ptr<IdentityProvider>(new IdentityProvider(std::move(context)));
}

IdentityProvider::IdentityProvider(std::unique_ptr<ProviderContext> context) : context_(std::move(context)) {}
IdentityProvider::~IdentityProvider() = default;

Task<http::Response> IdentityProvider::handle(http::Request request) { co_return answer(*context_, request); }

const std::string& IdentityProvider::name() const noexcept { return context_->spec.name; }
const std::string& IdentityProvider::issuer() const noexcept { return context_->spec.issuer; }

}  // namespace vmcpauth::proxy
