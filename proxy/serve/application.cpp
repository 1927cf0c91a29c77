#include "proxy/serve/application.hpp"

#include "core/base/json.hpp"
#include "core/upstream/make_provider.hpp"
#include "proxy/serve/backend_answer.hpp"
#include "proxy/serve/log_output.hpp"
#include "proxy/serve/provider_uses.hpp"
#include "proxy/serve/route.hpp"
#include "proxy/tls.hpp"

namespace vmcpauth::proxy {
namespace {

// RFC 7591 bodies are the largest the authorization server takes (REFERENCE §4).
constexpr std::size_t kAuthServerBodyBytes = 64U << 10U;

// Sends the response; a client that has left meanwhile is no concern of the route.
Task<void> answer(Exchange& exchange, http::Response response) { [[maybe_unused]] auto sent = co_await exchange.respond(std::move(response)); }

double milliseconds_since(SteadyPoint start, const Clock& clock) { return std::chrono::duration<double, std::milli>(clock.steady() - start).count(); }

identity::OriginGuardSettings guard_settings(const config::Runtime& runtime, const Surroundings& surroundings) {
  identity::OriginGuardSettings settings{.allow_loopback = true, .hosts = surroundings.hosts, .origins = {}};
  const auto add = [&](const std::string& text) {
    const auto url = Url::parse(text);
    if (!url) return;
    settings.hosts.push_back(url->host());
    settings.origins.push_back(url->origin());
  };
  if (runtime.auth_server) {
    add(runtime.auth_server->issuer);
    add(runtime.auth_server->authorization_endpoint_base);
  }
  if (const auto* oidc = std::get_if<config::OidcIncoming>(&runtime.incoming)) add(oidc->resource);
  return settings;
}

// Metadata and keys: any page may read them (RFC 9728 §3.1, CORS), so Origin says nothing there.
bool is_public_document(const Route& route, std::string_view path) {
  return route.kind == RouteKind::ResourceMetadata || (route.kind == RouteKind::Other && path.find("/.well-known/") != std::string_view::npos);
}

}  // namespace

Result<std::shared_ptr<Application>> Application::make(config::Runtime runtime, Surroundings surroundings) {
  identity::OriginGuard guard(guard_settings(runtime, surroundings));
  auto application = std::shared_ptr<Application>(new Application(std::move(runtime), std::move(surroundings), std::move(guard)));
  TRY(application->passthrough_, outgoing::Passthrough::make(application->runtime_.passthrough_headers));
  TRY_VOID(application->make_auth_server());
  const auto& around = application->surroundings_;
  TRY(application->incoming_, Incoming::make(application->runtime_, {.store = around.store,
                                                                     .http = around.http,
                                                                     .clock = around.clock,
                                                                     .logger = around.logger,
                                                                     .auth_server = application->auth_server_.get(),
                                                                     .refresher = application->refresher_.get(),
                                                                     .strict_upstreams = around.strict_upstreams}));
  TRY_VOID(application->mount_backends());
  application->make_aggregator();
  return application;
}

Result<void> Application::make_auth_server() {
  if (!runtime_.auth_server) return {};
  const auto& settings = *runtime_.auth_server;
  const auto& around = surroundings_;
  identity::Providers by_name;
  std::vector<upstream::Provider*> chain;
  for (const auto& upstream : settings.upstreams) {
    auto provider = upstream::make_provider(
        upstream, {.http = around.http, .clock = around.clock, .logger = around.logger, .registrations = around.registrations, .issuer = settings.issuer});
    if (!provider) return std::unexpected(std::move(provider).error());  // it names the upstream
    if (auto trust = check_trust({.ca_bundle_path = upstream.ca_bundle_path}); !trust)
      return std::unexpected(std::move(trust).error().note("upstream \"" + upstream.name + "\""));
    by_name[upstream.name] = provider->get();
    chain.push_back(provider->get());
    providers_.push_back(*std::move(provider));
  }
  refresher_ = std::make_unique<identity::UpstreamRefresher>(
      around.store, std::move(by_name),
      identity::UpstreamRefresher::Tools{.clock = around.clock, .random = around.random, .timer = around.timer, .log = around.logger});
  std::optional<authserver::WalkthroughSettings> walkthrough;
  if (around.walkthrough) walkthrough = provider_uses(runtime_);
  TRY(auth_server_, authserver::AuthServer::make(settings, {.store = around.store,
                                                            .providers = std::move(chain),
                                                            .clock = around.clock,
                                                            .random = around.random,
                                                            .http = around.http,
                                                            .logger = around.logger,
                                                            .timeline = around.timeline,
                                                            .backend_resources = backend_resources(runtime_),
                                                            .walkthrough = std::move(walkthrough)}));
  return {};
}

Result<void> Application::mount_backends() {
  const bool disabled = runtime_.auth_server && runtime_.auth_server->disable_upstream_token_injection;
  for (const auto& backend : runtime_.backends) {
    TRY(auto mounted, MountedBackend::make(backend, {.http = surroundings_.http,
                                                     .clock = surroundings_.clock,
                                                     .logger = surroundings_.logger,
                                                     .sign_in_hint = incoming_->resource_of(backend.name).identifier,
                                                     .upstream_token_injection_disabled = disabled}));
    backends_->emplace(backend.name, std::move(mounted));
  }
  return {};
}

void Application::make_aggregator() {
  if (surroundings_.streams == nullptr || backends_->empty()) return;
  if (backends_->size() == 1 && !runtime_.aggregation.configured) return;  // /mcp is that backend, byte for byte
  const mcp::Implementation self{.name = runtime_.name.empty() ? "vmcpauth" : runtime_.name, .version = surroundings_.version};
  const AggregateDependencies dependencies{
      .http = *surroundings_.streams, .clock = surroundings_.clock, .random = surroundings_.random, .logger = surroundings_.logger, .self = self};
  aggregator_ = std::make_unique<Aggregator>(dependencies, backends_, runtime_, passthrough_);
  if (surroundings_.background != nullptr) aggregator_->start_housekeeping(*surroundings_.background);
}

void Application::retire() {
  if (aggregator_) aggregator_->retire();
}

Task<void> Application::handle(Exchange& exchange) {
  const auto started = surroundings_.clock.steady();
  RequestRecord record;
  record.lap = started;
  // The handler may change the head on its way to a backend; the log shows what was asked.
  const std::string method = exchange.head().method;
  const std::string path = exchange.head().path;
  co_await dispatch(exchange, record);
  const LinesTogether together;
  log_request(surroundings_.logger, record, method, path, exchange.status_sent(), milliseconds_since(started, surroundings_.clock));
}

Task<void> Application::dispatch(Exchange& exchange, RequestRecord& record) {
  const auto& head = exchange.head();
  const auto route = route_of(head.path);
  const auto guarded = is_public_document(route, head.path) ? guard_.check_host(head.headers) : guard_.check(head.headers);
  // Probes of orchestrators name whatever host they like; they learn nothing here.
  if (!guarded && route.kind != RouteKind::Health && route.kind != RouteKind::Ping) {
    co_await refuse(exchange, guarded.error(), record);
    co_return;
  }
  switch (route.kind) {
    case RouteKind::Health:
    case RouteKind::Ping: co_await serve_health(exchange, record); co_return;
    case RouteKind::ResourceMetadata: co_await serve_resource_metadata(exchange, record); co_return;
    case RouteKind::Backend: co_await serve_backend(exchange, route.backend, record); co_return;
    case RouteKind::Aggregate: co_await serve_aggregate(exchange, record); co_return;
    case RouteKind::Status: co_await serve_status(exchange, record); co_return;
    case RouteKind::Other: co_await serve_other(exchange, record); co_return;
  }
}

Task<void> Application::refuse(Exchange& exchange, const Error& error, RequestRecord& record) {
  record.route = "guard";
  record.error = error.describe();
  const bool forbidden = error.code() == ErrorCode::Forbidden;
  auto refusal = error_response(forbidden ? 403 : 400, forbidden ? "forbidden" : "invalid_request", error.message());
  co_await answer(exchange, std::move(refusal));
}

Task<void> Application::serve_health(Exchange& exchange, RequestRecord& record) {
  record.route = "health";
  auto response = http::Response::json(200, dump_json(Json{{"status", "ok"}, {"name", runtime_.name}, {"version", surroundings_.version}}));
  co_await answer(exchange, std::move(response));
}

Task<void> Application::serve_resource_metadata(Exchange& exchange, RequestRecord& record) {
  record.route = "resource_metadata";
  auto response = incoming_->protected_resource(exchange.head());
  co_await answer(exchange, std::move(response));
}

Task<void> Application::serve_other(Exchange& exchange, RequestRecord& record) {
  const auto& path = exchange.head().path;
  if (auth_server_ && auth_server_->serves(path)) {
    record.route = "auth_server";
    co_await serve_buffered(exchange, *auth_server_, kAuthServerBodyBytes);
    co_return;
  }
  record.route = "unknown";
  // Clients probe for metadata before they have a token; what is not there is not there for anybody.
  if (path.starts_with("/.well-known/")) {
    auto absent = error_response(404, "not_found", "There is no such document here.");
    co_await answer(exchange, std::move(absent));
    co_return;
  }
  const auto& resource = incoming_->resource_of("");
  auto identity = co_await admit(exchange, resource, record);
  if (!identity) co_return;
  auto response = error_response(404, "not_found", "Nothing is served at this path.");
  co_await answer(exchange, std::move(response));
}

Task<identity::IdentityPtr> Application::admit(Exchange& exchange, const Resource& resource, RequestRecord& record) {
  auto outcome = co_await incoming_->authenticator().authenticate(exchange.head().headers);
  record.auth_ms = record.take_lap(surroundings_.clock);
  if (outcome && !incoming_->admits(**outcome, resource)) {
    Error cause(ErrorCode::Unauthenticated, "the token was issued for another resource");
    outcome = std::unexpected(identity::Challenge::refused(std::move(cause)));
  }
  if (outcome) {
    record.subject = (*outcome)->subject;
    co_return *outcome;
  }
  record.error = outcome.error().cause.describe();
  auto response = identity::challenge_response(outcome.error(), resource.challenge);
  co_await answer(exchange, std::move(response));
  co_return nullptr;
}

Task<void> Application::serve_aggregate(Exchange& exchange, RequestRecord& record) {
  if (!aggregator_) {
    const std::string_view only = backends_->size() == 1 ? std::string_view(backends_->begin()->first) : std::string_view();
    co_await serve_backend(exchange, only, record);
    co_return;
  }
  record.route = "mcp";
  const auto& resource = incoming_->resource_of("");
  auto identity = co_await admit(exchange, resource, record);
  if (identity) co_await aggregator_->handle(exchange, std::move(identity), record);
}

Task<void> Application::serve_status(Exchange& exchange, RequestRecord& record) {
  record.route = "status";
  const auto& resource = incoming_->resource_of("");
  auto identity = co_await admit(exchange, resource, record);
  if (!identity) co_return;
  Json status = aggregator_ ? aggregator_->status() : Json::object();
  status["name"] = runtime_.name;
  status["version"] = surroundings_.version;
  status["not_served"] = Json::array();
  for (const auto& entry : runtime_.unserved) status["not_served"].push_back(Json{{"setting", entry.setting}, {"effect", entry.effect}});
  auto response = http::Response::json(200, dump_json(status));
  response.headers.set("Cache-Control", "no-store");
  co_await answer(exchange, std::move(response));
}

Task<void> Application::serve_backend(Exchange& exchange, std::string_view name, RequestRecord& record) {
  record.route = "mcp";
  const std::string wanted(name);
  const auto& resource = incoming_->resource_of(exchange.head().path == "/mcp" ? std::string_view() : std::string_view(wanted));
  auto identity = co_await admit(exchange, resource, record);
  if (!identity) co_return;
  const auto it = backends_->find(wanted);
  if (it == backends_->end()) {
    auto response = no_aggregate();
    co_await answer(exchange, std::move(response));
    co_return;
  }
  co_await forward(exchange, it->second, std::move(identity), record);
}

Task<void> Application::forward(Exchange& exchange, const MountedBackend& backend, identity::IdentityPtr identity, RequestRecord& record) {
  record.backend = backend.name;
  record.strategy = backend.auth->strategy();
  record.provider = backend.auth->provider();
  auto headers = co_await backend.auth->apply(identity);
  record.outgoing_ms = record.take_lap(surroundings_.clock);
  if (!headers) {
    record.error = headers.error().describe();
    const auto& resource = incoming_->resource_of(exchange.head().path == "/mcp" ? "" : backend.name);
    auto response = no_credential_response(headers.error(), resource.challenge);
    co_await answer(exchange, std::move(response));
    co_return;
  }
  auto& head = exchange.head();
  head.headers = outgoing::request_headers(std::move(head.headers), passthrough_);
  ForwardRequest request;
  request.backend = backend.origin;
  request.target = backend.target_for(head.query);
  request.set = *std::move(headers);
  request.on_response = [&backend, &record](int status, http::Headers& answer) { return screen_backend_answer(backend, status, answer, record.error); };
  auto summary = co_await exchange.forward(std::move(request));
  if (summary.error && record.error.empty()) record.error = summary.error->describe();
  record.forward = std::move(summary);
}

http::Response Application::no_aggregate() const {
  std::string paths;
  for (const auto& [name, backend] : *backends_) paths += (paths.empty() ? "/mcp/" : ", /mcp/") + name;
  return error_response(404, "not_found", paths.empty() ? "No backend is configured." : "Backends are served one by one at " + paths + ".");
}

}  // namespace vmcpauth::proxy
