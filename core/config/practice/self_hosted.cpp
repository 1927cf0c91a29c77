// Keycloak, GitLab and Authentik: run under any host, so they are told by their paths.
// www.keycloak.org/securing-apps, docs.gitlab.com/integration/openid_connect_provider, docs.goauthentik.io.
#include <fmt/format.h>

#include "core/config/practice/provider_pack.hpp"

namespace vmcpauth::config {
namespace self_hosted {
namespace {

using enum Trap::Kind;

// ---- Keycloak ----

bool is_keycloak(const Url& url) { return url.path().find("/realms/") != std::string::npos; }

void check_realm(const Text& issuer, Diagnostics& diagnostics) {
  const auto path = path_of(issuer.value);
  if (path.ends_with('/')) {
    diagnostics.report(Rule::KeycloakIssuer, issuer.at, "Keycloak's issuer has no slash at its end; with it every token is refused")
        .with_hint(issuer.value.substr(0, issuer.value.size() - 1));
  }
  if (path.ends_with("/realms/master") || path.find("/realms/master/") != std::string::npos) {
    diagnostics.report(Rule::KeycloakMaster, issuer.at, "the realm master administers Keycloak itself; users and apps belong into a realm of their own");
  }
}

void check_keycloak_upstream(const UpstreamView& upstream, Diagnostics& diagnostics) {
  if (upstream.is_oidc()) check_realm(upstream.oidc().issuer_url, diagnostics);
}

void check_keycloak_incoming(const OidcIncomingSpec& incoming, Diagnostics& diagnostics) {
  check_realm(incoming.issuer, diagnostics);
  if (!incoming.audience || incoming.audience.value.empty()) return;
  diagnostics
      .report(Rule::KeycloakAudience, incoming.audience.at,
              "Keycloak takes no audience from the parameter resource: its tokens have this one only when a mapper adds it")
      .with_hint(fmt::format("add a client scope with an Audience mapper for {} and make it a default scope of the clients", quoted(incoming.audience.value)));
}

// ---- GitLab ----

constexpr std::string_view kGitLabHosts[] = {"gitlab.com"};
bool is_gitlab(const Url& url) { return url.host().starts_with("gitlab."); }
constexpr Trap kGitLabTraps[] = {
    {.rule = Rule::GitLabOfflineScope,
     .kind = RefusesScope,
     .name = "offline_access",
     .value = {},
     .message = "GitLab refuses the scope offline_access, and gives refresh tokens without it"},
};

// ---- Authentik ----

bool is_authentik(const Url& url) { return url.path().find("/application/o/") != std::string::npos; }

void check_authentik_issuer(const Text& issuer, Diagnostics& diagnostics) {
  if (issuer.value.ends_with('/')) return;
  diagnostics.report(Rule::AuthentikIssuer, issuer.at, "Authentik's issuer ends with a slash; without it every token is refused").with_hint(issuer.value + "/");
}
void check_authentik_upstream(const UpstreamView& upstream, Diagnostics& diagnostics) {
  if (upstream.is_oidc()) check_authentik_issuer(upstream.oidc().issuer_url, diagnostics);
}
void check_authentik_incoming(const OidcIncomingSpec& incoming, Diagnostics& diagnostics) { check_authentik_issuer(incoming.issuer, diagnostics); }

}  // namespace
}  // namespace self_hosted

const ProviderPack kKeycloak{.name = "Keycloak",
                             .hosts = {},
                             .recognises = self_hosted::is_keycloak,
                             .check_upstream = self_hosted::check_keycloak_upstream,
                             .check_incoming = self_hosted::check_keycloak_incoming};
const ProviderPack kGitLab{.name = "GitLab", .hosts = self_hosted::kGitLabHosts, .recognises = self_hosted::is_gitlab, .traps = self_hosted::kGitLabTraps};
const ProviderPack kAuthentik{.name = "Authentik",
                              .hosts = {},
                              .recognises = self_hosted::is_authentik,
                              .check_upstream = self_hosted::check_authentik_upstream,
                              .check_incoming = self_hosted::check_authentik_incoming};

}  // namespace vmcpauth::config
