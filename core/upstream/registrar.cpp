#include "core/upstream/registrar.hpp"

#include <algorithm>

#include "core/base/encoding.hpp"
#include "core/base/json.hpp"
#include "core/base/text.hpp"
#include "core/crypto/digest.hpp"
#include "core/oauth/scope.hpp"
#include "core/upstream/registration_answer.hpp"

namespace vmcpauth::upstream {
namespace {

constexpr std::string_view kOAuthWellKnown = "/.well-known/oauth-authorization-server";
constexpr std::string_view kOidcWellKnown = "/.well-known/openid-configuration";

ClientCredentials credentials(const Registration& registration) {
  ClientCredentials out{registration.client_id, {}, ClientAuthentication::None};
  if (!registration.client_secret) return out;
  out.secret = registration.client_secret->clone();
  out.method = registration.token_endpoint_auth_method == to_string(ClientAuthentication::Post) ? ClientAuthentication::Post : ClientAuthentication::Basic;
  return out;
}

// An endpoint that a fetched document names on another host than the configured one may not reach this machine.
http::PeerPolicy policy_for(const Url& endpoint, const std::optional<Url>& discovery_url, http::PeerPolicy policy) {
  if (discovery_url && endpoint.origin() != discovery_url->origin()) policy.allow_loopback = false;
  return policy;
}

// OpenID Connect Registration §2, also asked for by MCP: without it a server takes us for a web application, and many of those
// may not be sent back to loopback over http.
std::string_view application_type(const std::string& redirect_uri) {
  const auto url = Url::parse(redirect_uri);
  return url && !url->is_https() && url->is_loopback() ? "native" : "web";
}

}  // namespace

Registration Registration::clone() const {
  Registration out{client_id, std::nullopt, token_endpoint_auth_method, secret_expires_at};
  if (client_secret) out.client_secret = client_secret->clone();
  return out;
}

std::string registration_key(const RegistrationScope& scope) {
  auto scopes = scope.scopes;
  std::sort(scopes.begin(), scopes.end());
  scopes.erase(std::unique(scopes.begin(), scopes.end()), scopes.end());
  std::string joined;
  for (const auto& item : scopes) joined += (joined.empty() ? "" : "\n") + item;
  std::string key;
  for (const auto* part : {&scope.issuer, &scope.upstream, &scope.redirect_uri}) key += std::to_string(part->size()) + ":" + *part + ":";
  return key + hex_encode(crypto::sha256(joined));
}

std::string issuer_of_discovery_url(const Url& url) {
  std::string_view path = url.path();
  for (const auto well_known : {kOAuthWellKnown, kOidcWellKnown}) {
    if (path.ends_with(well_known)) return url.origin() + std::string(path.substr(0, path.size() - well_known.size()));
    if (path.starts_with(std::string(well_known) + "/")) {
      const auto tenant = path.substr(well_known.size());
      return url.origin() + std::string(tenant == "/" ? "" : tenant);
    }
  }
  return url.origin();
}

Result<ClientAuthentication> choose_authentication(const oauth::ServerMetadata* metadata) {
  if (metadata == nullptr || metadata->token_endpoint_auth_methods_supported.empty()) return ClientAuthentication::Basic;
  const auto& methods = metadata->token_endpoint_auth_methods_supported;
  for (const auto method : {ClientAuthentication::Basic, ClientAuthentication::Post}) {
    if (contains(methods, to_string(method))) return method;
  }
  if (!contains(methods, "none")) return fail(ErrorCode::Unsupported, "the provider's metadata lists no client authentication that is supported here");
  if (contains(metadata->code_challenge_methods_supported, "S256")) return ClientAuthentication::None;
  return fail(ErrorCode::Unsupported, "the provider takes public clients only and does not advertise PKCE with S256 (RFC 7636)");
}

Registrar::Registrar(const Common& common, config::DcrSettings settings, const Dependencies& dependencies)
    : common_(common),
      settings_(std::move(settings)),
      http_(dependencies.http),
      clock_(dependencies.clock),
      logger_(dependencies.logger),
      registrations_(dependencies.registrations),
      issuer_(dependencies.issuer) {}

bool Registrar::usable(const Registration& registration) const {
  const bool distrusted = state_.with([&](const State& state) { return state.distrusted_id == registration.client_id; });
  return !distrusted && (!registration.secret_expires_at || *registration.secret_expires_at > clock_.now());
}

std::string Registrar::key() const {
  const auto upstream = settings_.discovery_url ? issuer_of_discovery_url(*settings_.discovery_url) : settings_.registration_endpoint->text();
  return registration_key({issuer_, upstream, common_.redirect_uri, common_.scopes});
}

void Registrar::distrust(const std::string& client_id) {
  state_.with([&](State& state) {
    state.distrusted_id = client_id;
    state.metadata.reset();  // what moved the client may have moved the endpoints
  });
}

Task<Result<ClientCredentials>> Registrar::client() {
  const auto current = state_.with([](const State& state) { return state.current; });
  if (current != nullptr && usable(*current)) co_return credentials(*current);
  auto found = co_await registering_.run("", find_or_register());
  if (!*found) co_return std::unexpected(found->error());
  co_return credentials(***found);
}

Task<Result<Registrar::SharedRegistration>> Registrar::find_or_register() {
  CO_TRY(auto kept, co_await registrations_.find(key()));
  if (!kept || !usable(*kept)) {
    CO_TRY(auto fresh, co_await register_client());
    CO_TRY_VOID(co_await registrations_.put(key(), fresh.clone()));
    logger_.info("upstream_registered", {{"provider", common_.name}, {"client_id", fresh.client_id}});
    kept = std::move(fresh);
  }
  auto shared = std::make_shared<const Registration>(*std::move(kept));
  state_.with([&](State& state) {
    state.current = shared;
    state.distrusted_id.clear();
  });
  co_return shared;
}

Task<Result<Registration>> Registrar::register_client() {
  CO_TRY(const auto document, co_await metadata());
  CO_TRY(const auto method, choose_authentication(document.get()));
  auto endpoint = document != nullptr ? document->registration_endpoint : settings_.registration_endpoint;
  if (!endpoint) {  // a convention of servers that register but do not say so in their metadata
    CO_TRY(endpoint, Url::parse(issuer_of_discovery_url(*settings_.discovery_url) + "/register"));
  }
  const Peer peer{common_.who(), "registration endpoint", *endpoint};
  auto request = compose(*endpoint, method);
  auto response = co_await http_.send(std::move(request));
  if (!response) co_return std::unexpected(with_peer(std::move(response).error(), peer));
  std::vector<std::string_view> secrets{settings_.software_statement};
  if (settings_.initial_access_token) secrets.emplace_back(settings_.initial_access_token->reveal());
  auto registration = read_registration(*response, peer, method, secrets);
  co_return registration;
}

http::ClientRequest Registrar::compose(const Url& endpoint, ClientAuthentication method) const {
  Json body{{"client_name", "vmcpauth"},
            {"redirect_uris", Json::array({common_.redirect_uri})},
            {"grant_types", Json::array({"authorization_code", "refresh_token"})},
            {"response_types", Json::array({"code"})},
            {"application_type", application_type(common_.redirect_uri)},
            {"token_endpoint_auth_method", to_string(method)}};
  if (!common_.scopes.empty()) body["scope"] = oauth::join_scope(common_.scopes);
  if (!settings_.software_id.empty()) body["software_id"] = settings_.software_id;
  if (!settings_.software_statement.empty()) body["software_statement"] = settings_.software_statement;
  http::ClientRequest request{
      .method = "POST", .url = endpoint, .body = dump_json(body), .peer = policy_for(endpoint, settings_.discovery_url, common_.policy)};
  request.headers = {{"Content-Type", "application/json"}, {"Accept", "application/json"}, {"User-Agent", "vmcpauth"}};
  if (settings_.initial_access_token) request.headers.set("Authorization", "Bearer " + settings_.initial_access_token->reveal());
  return request;
}

Task<Result<oauth::ServerMetadataPtr>> Registrar::metadata() {
  if (!settings_.discovery_url) co_return nullptr;
  auto known = state_.with([](const State& state) { return state.metadata; });
  if (known != nullptr) co_return known;
  auto fetched = co_await discovering_.run("", fetch_metadata());
  co_return *fetched;
}

Task<Result<oauth::ServerMetadataPtr>> Registrar::fetch_metadata() {
  const Peer peer{common_.who(), "metadata document", *settings_.discovery_url};
  http::ClientRequest request{.url = *settings_.discovery_url, .headers = {{"Accept", "application/json"}, {"User-Agent", "vmcpauth"}}, .peer = common_.policy};
  auto response = co_await http_.send(std::move(request));
  if (!response) co_return std::unexpected(with_peer(std::move(response).error(), peer));
  if (response->status != 200) co_return std::unexpected(status_error(peer, *response, {}));
  auto parsed = oauth::parse_server_metadata(response->body, issuer_of_discovery_url(*settings_.discovery_url), common_.policy);
  if (!parsed) co_return std::unexpected(with_peer(std::move(parsed).error(), peer));
  auto shared = std::make_shared<const oauth::ServerMetadata>(*std::move(parsed));
  state_.with([&](State& state) { state.metadata = shared; });
  co_return shared;
}

}  // namespace vmcpauth::upstream
