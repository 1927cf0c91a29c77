#include "proxy/serve/incoming.hpp"

#include <algorithm>

#include "core/identity/embedded_authenticator.hpp"
#include "core/identity/external_authenticator.hpp"
#include "core/identity/protected_resource.hpp"
#include "proxy/exchange.hpp"
#include "proxy/tls.hpp"

namespace vmcpauth::proxy {
namespace {

http::PeerPolicy peer_policy(const config::OidcIncoming& oidc) {
  const bool anywhere = oidc.jwks_allow_private_ip || oidc.protected_resource_allow_private_ip;  // either opens all of them, as in ToolHive
  return {.allow_private_addresses = anywhere,
          .allow_loopback = anywhere,
          .allow_http = oidc.insecure_allow_http,
          .ca_bundle_path = oidc.ca_bundle_path,
          .ca_bundle_pem = oidc.ca_bundle_pem};
}

std::string join_path(std::string_view base, std::string_view segment) {
  std::string out(base);
  if (!out.ends_with('/')) out += '/';
  out += segment;
  return out;
}

Result<Resource> make_resource(std::string identifier, const config::OidcIncoming& oidc) {
  TRY(auto document, identity::ProtectedResource::make({.resource = identifier, .issuer = oidc.issuer, .scopes = oidc.scopes}));
  return Resource{.identifier = std::move(identifier),
                  .challenge = {.realm = oidc.issuer, .resource_metadata = document.metadata_url(), .scopes = oidc.scopes},
                  .document = document.document()};
}

std::string path_of(const std::string& url) {
  auto parsed = Url::parse(url);
  return parsed ? parsed->path() : std::string();
}

}  // namespace

std::vector<std::string> backend_resources(const config::Runtime& runtime) {
  std::vector<std::string> out;
  const auto* oidc = std::get_if<config::OidcIncoming>(&runtime.incoming);
  if (oidc == nullptr || !runtime.auth_server) return out;
  for (const auto& backend : runtime.backends) out.push_back(join_path(oidc->resource, backend.name));
  return out;
}

Result<std::unique_ptr<Incoming>> Incoming::make(const config::Runtime& runtime, IncomingDependencies dependencies) {
  auto incoming = std::unique_ptr<Incoming>(new Incoming());
  const auto* oidc = std::get_if<config::OidcIncoming>(&runtime.incoming);
  if (oidc == nullptr) {
    incoming->anonymous_ = true;
    incoming->authenticator_ = std::make_unique<identity::AnonymousAuthenticator>();
    return incoming;
  }
  incoming->audience_ = oidc->audience;
  TRY_VOID(incoming->add_resources(runtime, *oidc));
  if (dependencies.auth_server == nullptr) {
    TRY_VOID(incoming->make_external(*oidc, dependencies));
    return incoming;
  }
  // Exchanged tokens and those of workloads have no login behind them: they pass, without upstream tokens.
  identity::EmbeddedSettings settings{.issuer = oidc->issuer, .audiences = {oidc->audience}, .require_session = false};
  for (const auto& [name, resource] : incoming->backends_) settings.audiences.push_back(resource.identifier);
  incoming->authenticator_ =
      std::make_unique<identity::EmbeddedAuthenticator>(std::move(settings), std::make_shared<const jose::JwkSet>(dependencies.auth_server->public_keys()),
                                                        dependencies.store, *dependencies.refresher, dependencies.clock, dependencies.logger);
  return incoming;
}

Result<void> Incoming::add_resources(const config::Runtime& runtime, const config::OidcIncoming& oidc) {
  TRY(aggregate_, make_resource(oidc.resource, oidc));
  const std::string root(identity::ProtectedResource::kWellKnown);
  by_metadata_path_[root] = &aggregate_;
  by_metadata_path_[root + path_of(aggregate_.identifier)] = &aggregate_;
  const auto identifiers = backend_resources(runtime);
  for (std::size_t i = 0; i < identifiers.size(); ++i) {
    TRY(auto resource, make_resource(identifiers[i], oidc));
    const auto [it, inserted] = backends_.emplace(runtime.backends[i].name, std::move(resource));
    by_metadata_path_[root + path_of(it->second.identifier)] = &it->second;
  }
  return {};
}

Result<void> Incoming::make_external(const config::OidcIncoming& oidc, const IncomingDependencies& dependencies) {
  const auto peer = peer_policy(oidc);
  if (auto trust = check_trust(peer); !trust) return std::unexpected(std::move(trust).error().note("incoming auth"));
  auto metadata = std::make_shared<oauth::MetadataSource>(oauth::DiscoverySettings{.issuer = oidc.issuer, .peer = peer}, dependencies.http, dependencies.clock);
  oauth::JwksSettings keys{.location = metadata, .peer = peer, .timing = {}};
  if (oidc.jwks_url) keys.location = *oidc.jwks_url;
  jwks_ = std::make_unique<oauth::JwksSource>(std::move(keys), dependencies.http, dependencies.clock);
  if (oidc.introspection_url) {
    identity::IntrospectionSettings settings{.endpoint = *oidc.introspection_url,
                                             .client_id = oidc.client_id,
                                             .client_secret = std::nullopt,
                                             .issuer = oidc.issuer,
                                             .audiences = {oidc.audience},
                                             .peer = peer};
    if (oidc.client_secret) settings.client_secret = oidc.client_secret->clone();
    introspector_ = std::make_unique<identity::Introspector>(std::move(settings), dependencies.http, dependencies.clock);
  }
  authenticator_ = std::make_unique<identity::ExternalAuthenticator>(identity::ExternalSettings{.issuer = oidc.issuer, .audiences = {oidc.audience}}, *jwks_,
                                                                     introspector_.get(), dependencies.clock, dependencies.logger);
  return {};
}

const Resource& Incoming::resource_of(std::string_view backend) const {
  const auto it = backends_.find(backend);
  return it == backends_.end() ? aggregate_ : it->second;
}

bool Incoming::admits(const identity::Identity& identity, const Resource& resource) const {
  if (anonymous_) return true;
  return std::any_of(identity.audiences.begin(), identity.audiences.end(),
                     [&](const std::string& audience) { return audience == audience_ || audience == resource.identifier; });
}

http::Response Incoming::protected_resource(const http::Request& request) const {
  if (anonymous_) return error_response(404, "not_found", "This server takes requests without authentication.");
  const auto it = by_metadata_path_.find(request.path);
  if (it == by_metadata_path_.end()) return error_response(404, "not_found", "There is no protected resource at this path.");
  return identity::protected_resource_response(request, it->second->document);
}

}  // namespace vmcpauth::proxy
