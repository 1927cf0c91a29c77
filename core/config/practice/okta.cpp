// Okta: developer.okta.com/docs/concepts/auth-servers.
#include <algorithm>

#include "core/config/practice/provider_pack.hpp"

namespace vmcpauth::config {
namespace okta {
namespace {

using enum Trap::Kind;

constexpr std::string_view kHosts[] = {".okta.com", ".oktapreview.com", ".okta-emea.com", ".okta-gov.com"};
constexpr std::string_view kCustomServer = "https://ORG.okta.com/oauth2/default";

constexpr Trap kTraps[] = {
    {.rule = Rule::OktaOffline,
     .kind = NeedsScope,
     .name = "offline_access",
     .value = {},
     .message = "Okta gives no refresh token without offline_access: its access token ends after an hour"},
};

// /oauth2/default or /oauth2/aus… is a custom server; /oauth2/v1/… and the bare host are the organisation's own.
bool is_org_server(std::string_view url) {
  const auto path = path_of(url);
  return !path.starts_with("/oauth2/") || path.starts_with("/oauth2/v1/");
}

void check_server(const Text& url, bool tokens_used, Diagnostics& diagnostics) {
  if (host_of(url.value).find("-admin.okta") != std::string::npos) {
    diagnostics.report(Rule::OktaAdminDomain, url.at, "this is the address of Okta's admin console; tokens name the organisation's own domain as issuer")
        .with_hint(std::string(kCustomServer));
  } else if (tokens_used && is_org_server(url.value)) {
    diagnostics.report(Rule::OktaOrgServer, url.at, "access tokens of Okta's organisation server are for Okta alone: nobody else can check them")
        .with_hint("use a custom authorization server, for example https://ORG.okta.com/oauth2/default");
  }
}

// Scopes such as okta.users.read are for Okta's own API, and only the organisation's server grants them.
bool is_for_okta(const UpstreamView& upstream) {
  const auto scopes = upstream.effective_scopes();
  return std::any_of(scopes.begin(), scopes.end(), [](std::string_view scope) { return scope.starts_with("okta."); });
}

void check_upstream(const UpstreamView& upstream, Diagnostics& diagnostics) {
  if (!is_for_okta(upstream) || !is_org_server(upstream.url().value)) check_server(upstream.url(), upstream.tokens_used(), diagnostics);
  const auto& dcr = upstream.oauth2().dcr;
  if (upstream.is_oidc() || !dcr || dcr->initial_access_token) return;
  diagnostics.report(Rule::OktaRegistration, dcr.key, "Okta registers clients for administrators only: without an initial access token it answers 401")
      .with_hint(std::string(upstream.spelled("initialAccessTokenRef: {name: SECRET, key: KEY}", "initial_access_token_env_var: OKTA_REGISTER_TOKEN")) +
                 "  # an access token with the scope okta.clients.register");
}

void check_incoming(const OidcIncomingSpec& incoming, Diagnostics& diagnostics) { check_server(incoming.issuer, true, diagnostics); }

}  // namespace
}  // namespace okta

const ProviderPack kOkta{
    .name = "Okta", .hosts = okta::kHosts, .traps = okta::kTraps, .check_upstream = okta::check_upstream, .check_incoming = okta::check_incoming};

}  // namespace vmcpauth::config
