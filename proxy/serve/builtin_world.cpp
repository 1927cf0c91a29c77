#include "proxy/serve/builtin_world.hpp"

#include "core/crypto/digest.hpp"
#include "proxy/demo/demo_config.hpp"
#include "proxy/demo/identity_provider.hpp"
#include "proxy/demo/mcp_backend.hpp"
#include "proxy/demo/mock_upstreams.hpp"

namespace vmcpauth::proxy {
namespace {

std::string provider_slot(const std::string& name) { return "provider " + name; }
std::string backend_slot(const std::string& name) { return "backend " + name; }

// What a manifest can change about a provider of a given name, as a digest: client secrets are part of it.
std::string fingerprint(const IdentityProviderSpec& spec) {
  std::string text = spec.issuer + '\0' + spec.audience + '\0' + spec.subject_claim + '\0' + std::to_string(static_cast<int>(spec.kind));
  for (const auto& client : spec.clients) {
    text += '\0' + client.client_id + '\0' + (client.client_secret ? client.client_secret->reveal() : std::string());
    for (const auto& uri : client.redirect_uris) text += '\0' + uri;
    for (const auto& audience : client.exchange_audiences) text += '\0' + audience;
  }
  const auto& answer = spec.token_answer;
  for (const auto* path : {&answer.access_token_path, &answer.scope_path, &answer.refresh_token_path, &answer.expires_in_path, &answer.subject_path})
    text += '\0' + *path;
  const auto hash = crypto::sha256(text);
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

}  // namespace

Result<config::Runtime> BuiltinWorld::demo(const std::string& origin) {
  DemoOrigins origins{.vmcp = origin};
  TRY(origins.corporate_idp, servers_.origin(provider_slot("corporate-idp")));
  TRY(origins.github_like, servers_.origin(provider_slot("github-like")));
  TRY(origins.notes, servers_.origin(backend_slot("notes")));
  TRY(origins.tickets, servers_.origin(backend_slot("tickets")));
  TRY(origins.reports, servers_.origin(backend_slot("reports")));
  TRY(auto world, demo_world(origins, random_));
  for (auto& spec : world.providers) TRY_VOID(start_provider(std::move(spec)));
  for (auto& spec : world.backends) {
    const auto name = spec.name;
    TRY(auto backend, McpBackend::make(std::move(spec), trusted_, clock_, random_));
    servers_.mount(backend_slot(name), std::move(backend));
  }
  return std::move(world.runtime);
}

Result<void> BuiltinWorld::mock(config::Runtime& runtime, const ProviderChoice& choice) {
  if (std::holds_alternative<RealProviders>(choice)) return {};
  if (!runtime.auth_server) return fail(ErrorCode::InvalidConfig, "--mock-idps needs an embedded authorization server (authServerConfig) in the configuration");
  const auto* chosen = std::get_if<MockProviders>(&choice);
  TRY(const auto names, mocked_names(*runtime.auth_server, chosen != nullptr ? chosen->names : std::vector<std::string>{}));
  std::map<std::string, std::string> origins;
  for (const auto& name : names) {
    TRY(origins[name], servers_.origin(provider_slot(name)));
  }
  TRY(auto specs, mock_upstreams(*runtime.auth_server, runtime.backends, origins));
  for (auto& spec : specs) TRY_VOID(start_provider(std::move(spec)));
  return {};
}

Result<void> BuiltinWorld::start_provider(IdentityProviderSpec spec) {
  const std::string name = spec.name;
  const std::string print = fingerprint(spec);
  TRY(providers_[name], servers_.origin(provider_slot(name)));
  if (fingerprints_[name] == print) return {};
  TRY(auto keys, jose::KeyRing::generate());
  TRY(auto provider, IdentityProvider::make(std::move(spec), std::move(keys), trusted_, clock_, random_));
  servers_.mount(provider_slot(name), std::move(provider));
  fingerprints_[name] = print;
  return {};
}

}  // namespace vmcpauth::proxy
