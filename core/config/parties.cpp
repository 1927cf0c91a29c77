#include "core/config/parties.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/encoding.hpp"
#include "core/config/input_files.hpp"
#include "core/config/server_plan.hpp"

namespace vmcpauth::config {
namespace {

Placed placed(const Text& text) { return {text.value, text.at}; }

std::vector<Placed> placed(const Texts& texts) {
  std::vector<Placed> out;
  for (const auto& text : texts.value) out.push_back(placed(text));
  return out;
}

std::string named(const UpstreamSpec& upstream) { return fmt::format("upstream {}", printable(upstream_name(upstream), 100)); }

Party oidc_party(const UpstreamSpec& upstream) {
  const auto& spec = *upstream.oidc;
  Party out{.role = PartyRole::OidcUpstream, .name = named(upstream), .issuer = placed(spec.issuer_url)};
  out.allow_private_addresses = spec.allow_private_ips.value;
  out.allow_http = spec.insecure_allow_http.value;
  out.scopes = placed(spec.scopes);
  // What is asked for when nothing is written.
  if (!spec.scopes) out.scopes = {{"openid", spec.issuer_url.at}, {"offline_access", spec.issuer_url.at}};
  return out;
}

Party oauth2_party(const UpstreamSpec& upstream) {
  const auto& spec = *upstream.oauth2;
  Party out{.role = PartyRole::OAuth2Upstream, .name = named(upstream)};
  out.authorization_endpoint = placed(spec.authorization_endpoint);
  out.token_endpoint = placed(spec.token_endpoint);
  out.registration_discovery = placed(spec.dcr->discovery_url);
  out.registration_endpoint = placed(spec.dcr->registration_endpoint);
  out.has_registration_token = static_cast<bool>(spec.dcr->initial_access_token);
  out.scopes = placed(spec.scopes);
  out.allow_private_addresses = spec.allow_private_ips.value;
  out.allow_http = spec.insecure_allow_http.value;
  return out;
}

class PartyCollector {
 public:
  void add(const ServerPlan& plan) {
    const auto* server = plan.auth_server;
    if (server != nullptr) {
      for (const auto& upstream : server->upstreams.value) {
        if (upstream->oidc) add(oidc_party(*upstream));
        if (upstream->oauth2) add(oauth2_party(*upstream));
      }
      for (const auto& issuer : server->trusted_issuers.value) add(trusted_party(*issuer));
    }
    // Our own issuer need not run yet.
    const bool external = plan.incoming && plan.incoming->issuer && (server == nullptr || server->issuer.value != plan.incoming->issuer.value);
    if (external) add(incoming_party(*plan.incoming));
  }

  [[nodiscard]] std::vector<Party> take() { return std::move(list_); }

 private:
  static Party trusted_party(const TrustedIssuerSpec& spec) {
    Party out{.role = PartyRole::TrustedIssuer, .name = "trusted issuer " + printable(spec.issuer_url.value, 200), .issuer = placed(spec.issuer_url)};
    out.jwks_url = placed(spec.jwks_url);
    out.allow_private_addresses = spec.allow_private_ips.value;
    out.allow_http = spec.insecure_allow_http.value;
    return out;
  }

  static Party incoming_party(const OidcIncomingSpec& spec) {
    Party out{.role = PartyRole::IncomingIssuer, .name = "incoming issuer", .issuer = placed(spec.issuer)};
    out.jwks_url = placed(spec.jwks_url);
    out.allow_private_addresses = spec.jwks_allow_private_ip.value;
    out.allow_http = spec.insecure_allow_http.value;
    return out;
  }

  void add(Party party) {
    const bool complete = party.role == PartyRole::OAuth2Upstream ? static_cast<bool>(party.token_endpoint) || static_cast<bool>(party.authorization_endpoint)
                                                                  : static_cast<bool>(party.issuer);
    const bool known = std::any_of(list_.begin(), list_.end(), [&](const Party& other) {
      return other.name == party.name && other.issuer.at == party.issuer.at && other.token_endpoint.at == party.token_endpoint.at;
    });
    if (complete && !known) list_.push_back(std::move(party));
  }

  std::vector<Party> list_;
};

}  // namespace

std::vector<Party> read_parties(const LoadOptions& options, const Files& files) {
  Sources sources;
  Diagnostics reported_before;
  LoadStatistics statistics;
  const auto inputs = read_inputs(options, ReadMode::Resources, files, sources, reported_before, statistics);
  PartyCollector collector;
  for (const auto& server : inputs.inventory.servers) collector.add(plan_server(server, inputs.inventory, Purpose::Check, reported_before));
  for (const auto& file : inputs.inventory.runtime_files) collector.add(plan_server(file, inputs.inventory));
  return collector.take();
}

}  // namespace vmcpauth::config
