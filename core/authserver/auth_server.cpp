#include "core/authserver/auth_server.hpp"

#include <optional>
#include <set>

#include "core/authserver/authorize_endpoint.hpp"
#include "core/authserver/callback_endpoint.hpp"
#include "core/authserver/client_directory.hpp"
#include "core/authserver/config_checks.hpp"
#include "core/authserver/context.hpp"
#include "core/authserver/discovery.hpp"
#include "core/authserver/failure_reports.hpp"
#include "core/authserver/keys.hpp"
#include "core/authserver/login_chain.hpp"
#include "core/authserver/pages.hpp"
#include "core/authserver/register_endpoint.hpp"
#include "core/authserver/revocation_endpoint.hpp"
#include "core/authserver/session_status.hpp"
#include "core/authserver/token_endpoint.hpp"
#include "core/oauth/error.hpp"

namespace vmcpauth::authserver {
namespace {

enum class Route : std::uint8_t { None, Authorize, Callback, Token, Revoke, Register, OAuthMetadata, OpenIdConfiguration, Jwks, ErrorReport, Step, Progress, Session };

constexpr std::string_view kErrorReport = "/oauth/error/";
constexpr std::string_view kStep = "/oauth/step/";

bool is_or_below(std::string_view path, std::string_view prefix) {
  return path.starts_with(prefix) && (path.size() == prefix.size() || path[prefix.size()] == '/');
}

Route route_of(std::string_view path) {
  if (path == "/oauth/authorize") return Route::Authorize;
  if (path == "/oauth/callback") return Route::Callback;
  if (path == "/oauth/token") return Route::Token;
  if (path == "/oauth/revoke") return Route::Revoke;
  if (path == "/oauth/register") return Route::Register;
  if (path == "/.well-known/jwks.json") return Route::Jwks;
  if (is_or_below(path, "/.well-known/oauth-authorization-server")) return Route::OAuthMetadata;
  if (is_or_below(path, "/.well-known/openid-configuration")) return Route::OpenIdConfiguration;
  if (path == "/oauth/progress") return Route::Progress;
  if (path == "/oauth/session") return Route::Session;
  if (path.starts_with(kErrorReport)) return Route::ErrorReport;
  if (path.starts_with(kStep)) return Route::Step;
  return Route::None;
}

std::string_view methods_of(Route route) {
  switch (route) {
    case Route::Authorize:
    case Route::Step: return "GET, POST";
    case Route::Progress: return "POST";
    case Route::Callback:
    case Route::Session:
    case Route::ErrorReport: return "GET";
    case Route::Token:
    case Route::Revoke:
    case Route::Register: return "POST, OPTIONS";
    case Route::OAuthMetadata:
    case Route::OpenIdConfiguration:
    case Route::Jwks: return "GET, HEAD, OPTIONS";
    case Route::None: break;
  }
  return "";
}

bool allows(std::string_view methods, std::string_view method) {
  while (!methods.empty()) {
    const auto comma = methods.find(", ");
    if (methods.substr(0, comma) == method) return true;
    methods = comma == std::string_view::npos ? std::string_view{} : methods.substr(comma + 2);
  }
  return false;
}

// Endpoints that web pages of other origins may call are the ones that answer OPTIONS.
bool is_cross_origin(Route route) { return allows(methods_of(route), "OPTIONS"); }

http::Response refusal(Route route, int status, std::string_view message) {
  if (route == Route::Authorize || route == Route::Callback || route == Route::ErrorReport || route == Route::Step) {
    return render({status, "This request cannot be answered", std::string(message), {}, {}});
  }
  const auto* const code = route == Route::Register ? "invalid_client_metadata" : "invalid_request";
  auto response = http::Response::json(status, dump_json({{"error", code}, {"error_description", message}}));
  response.headers.set("Cache-Control", "no-store");
  return response;
}

Result<void> check_providers(const config::AuthServer& config, const Dependencies& deps) {
  if (deps.providers.empty()) return fail(ErrorCode::InvalidConfig, "there is no upstream");
  if (deps.providers.size() != config.upstreams.size()) return fail(ErrorCode::InvalidConfig, "providers and upstreams differ");
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < deps.providers.size(); ++i) {
    if (deps.providers[i]->name() != config.upstreams[i].name) return fail(ErrorCode::InvalidConfig, "providers and upstreams differ in order or name");
    if (!names.insert(deps.providers[i]->name()).second) return fail(ErrorCode::InvalidConfig, "two upstreams have the name " + deps.providers[i]->name());
  }
  return {};
}

std::vector<Secret> clones(const std::vector<Secret>& secrets) {
  std::vector<Secret> out;
  for (const auto& secret : secrets) out.push_back(secret.clone());
  return out;
}

}  // namespace

struct AuthServer::Impl {
  explicit Impl(Context made)
      : context(std::move(made)),
        documents(make_discovery_documents(context)),
        clients(context),
        failures(context),
        walkthrough(context, clients),
        progress(context),
        session(context),
        chain(context, clients, failures, walkthrough, progress),
        authorize(context, clients, chain),
        callback(context, chain),
        token(context, clients),
        revocation(context, clients),
        registration(context) {}

  [[nodiscard]] Route route(std::string_view path) const {
    const auto& own = context.endpoints.issuer_path;
    if (own.size() > 1 && path.starts_with(own) && path.substr(own.size()).starts_with('/')) {
      const auto below = route_of(path.substr(own.size()));
      if (below != Route::None) return below;
    }
    return route_of(path);
  }

  [[nodiscard]] Task<http::Response> dispatch(Route route, http::Request request);

  Context context;
  DiscoveryDocuments documents;
  ClientDirectory clients;
  FailureReports failures;
  Walkthrough walkthrough;
  LoginProgress progress;
  SessionStatus session;
  LoginChain chain;
  AuthorizeEndpoint authorize;
  CallbackEndpoint callback;
  TokenEndpoint token;
  RevocationEndpoint revocation;
  RegisterEndpoint registration;
};

Task<http::Response> AuthServer::Impl::dispatch(Route route, http::Request request) {
  if (route == Route::OAuthMetadata) co_return discovery_response(documents.oauth_metadata);
  if (route == Route::OpenIdConfiguration) co_return discovery_response(documents.openid_configuration);
  if (route == Route::Jwks) co_return discovery_response(documents.jwks);
  if (route == Route::ErrorReport) {
    const auto id = request.path.substr(request.path.rfind('/') + 1);
    co_return failures.show(request, id);
  }
  std::optional<http::Response> response;
  if (route == Route::Step) {
    auto id = request.path.substr(request.path.rfind('/') + 1);
    response = co_await walkthrough.handle(std::move(request), std::move(id), chain);
  }
  if (route == Route::Progress) response = co_await progress.handle(std::move(request));
  if (route == Route::Session) response = co_await session.handle(std::move(request));
  if (route == Route::Authorize) response = co_await authorize.handle(std::move(request));
  if (route == Route::Callback) response = co_await callback.handle(std::move(request));
  if (route == Route::Token) response = co_await token.handle(std::move(request));
  if (route == Route::Revoke) response = co_await revocation.handle(std::move(request));
  if (route == Route::Register) response = co_await registration.handle(std::move(request));
  co_return *std::move(response);
}

Result<std::unique_ptr<AuthServer>> AuthServer::make(const config::AuthServer& config, Dependencies dependencies) {
  TRY_VOID(check_providers(config, dependencies));
  TRY_VOID(check_config(config));
  TRY(auto endpoints, make_endpoints(config));
  auto pem = clones(config.signing_keys.pem);
  auto hmac = clones(config.hmac_secrets);
  if (pem.empty() || hmac.empty()) {
    TRY(auto fresh, EphemeralKeys::make(dependencies.random));
    if (pem.empty()) pem.push_back(std::move(fresh.signing_pem));
    if (hmac.empty()) hmac.push_back(std::move(fresh.hmac));
  }
  TRY(auto keys, jose::KeyRing::from_pem(pem));
  TRY(auto opaque, oauth::OpaqueTokens::with_secrets(hmac));
  if (!endpoints.can_bind_browser) {
    dependencies.logger.warn("login_not_bound_to_browser", {{"reason", "an upstream's redirect_uri is on another host than the authorization endpoint"}});
  }
  auto impl = std::make_unique<Impl>(Context{config, std::move(dependencies), std::move(endpoints), std::move(keys), std::move(opaque)});
  return std::unique_ptr<AuthServer>(new AuthServer(std::move(impl)));
}

AuthServer::AuthServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
AuthServer::~AuthServer() = default;

bool AuthServer::serves(std::string_view path) const noexcept { return impl_->route(path) != Route::None; }

const jose::JwkSet& AuthServer::public_keys() const noexcept { return impl_->context.keys.public_keys(); }

Task<http::Response> AuthServer::handle(http::Request request) {
  const auto route = impl_->route(request.path);
  if (route == Route::None) co_return http::Response::text(404, "not found\n");
  const auto methods = methods_of(route);
  if (request.method == "OPTIONS" && is_cross_origin(route)) co_return preflight_response(methods);
  std::optional<http::Response> response;
  if (!allows(methods, request.method)) {
    response = refusal(route, 405, "The method is not allowed here.");
    response->headers.set("Allow", std::string(methods));
  } else if (request.body.size() > kMaxBodyBytes) {
    response = refusal(route, 413, "The body is larger than 64 KiB.");
  } else {
    const bool head = request.method == "HEAD";
    auto answer = co_await impl_->dispatch(route, std::move(request));
    if (head) answer.body.clear();
    response = std::move(answer);
  }
  if (is_cross_origin(route)) allow_any_origin(response->headers);
  co_return *std::move(response);
}

}  // namespace vmcpauth::authserver
