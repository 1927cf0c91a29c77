// Auth0: auth0.com/docs/secure/tokens.
#include "core/config/practice/provider_pack.hpp"

namespace vmcpauth::config {
namespace auth0 {
namespace {

using enum Trap::Kind;

constexpr std::string_view kHosts[] = {".auth0.com"};

bool hands_tokens_on(const UpstreamView& upstream) { return upstream.tokens_used(); }

constexpr Trap kTraps[] = {
    {.rule = Rule::Auth0Audience,
     .kind = NeedsParameter,
     .name = "audience",
     .value = "API-IDENTIFIER",
     .message = "without audience Auth0's access token is opaque and good for its own userinfo endpoint only, unless the tenant has a default audience",
     .applies = hands_tokens_on},
    {.rule = Rule::Auth0Offline,
     .kind = NeedsScope,
     .name = "offline_access",
     .value = {},
     .message = "Auth0 gives no refresh token without offline_access, and only when the API allows it"},
};

void check_issuer(const Text& issuer, Diagnostics& diagnostics) {
  if (issuer.value.ends_with('/')) return;
  diagnostics.report(Rule::Auth0Issuer, issuer.at, "Auth0's issuer ends with a slash; without it every token is refused").with_hint(issuer.value + "/");
}

void check_upstream(const UpstreamView& upstream, Diagnostics& diagnostics) {
  if (upstream.is_oidc()) check_issuer(upstream.oidc().issuer_url, diagnostics);
}

void check_incoming(const OidcIncomingSpec& incoming, Diagnostics& diagnostics) { check_issuer(incoming.issuer, diagnostics); }

}  // namespace
}  // namespace auth0

const ProviderPack kAuth0{
    .name = "Auth0", .hosts = auth0::kHosts, .traps = auth0::kTraps, .check_upstream = auth0::check_upstream, .check_incoming = auth0::check_incoming};

}  // namespace vmcpauth::config
