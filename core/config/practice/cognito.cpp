// Amazon Cognito: docs.aws.amazon.com/cognito/latest/developerguide.
#include "core/config/practice/provider_pack.hpp"

namespace vmcpauth::config {
namespace cognito {
namespace {

using enum Trap::Kind;

constexpr std::string_view kHosts[] = {".amazoncognito.com"};

bool is_pool(const Url& url) { return url.host().starts_with("cognito-idp.") && url.host().find(".amazonaws.com") != std::string::npos; }

constexpr Trap kTraps[] = {
    {.rule = Rule::CognitoOfflineScope,
     .kind = RefusesScope,
     .name = "offline_access",
     .value = {},
     .message = "Cognito refuses the scope offline_access, and gives refresh tokens without it"},
};

void check_issuer(const Text& issuer, Diagnostics& diagnostics) {
  if (!host_of(issuer.value).ends_with(".amazoncognito.com")) return;
  diagnostics.report(Rule::CognitoIssuer, issuer.at, "this is the domain of Cognito's login pages; the issuer is the user pool's")
      .with_hint("https://cognito-idp.REGION.amazonaws.com/POOL-ID");
}

void check_upstream(const UpstreamView& upstream, Diagnostics& diagnostics) {
  if (upstream.is_oidc()) check_issuer(upstream.oidc().issuer_url, diagnostics);
}

void check_incoming(const OidcIncomingSpec& incoming, Diagnostics& diagnostics) {
  check_issuer(incoming.issuer, diagnostics);
  if (!incoming.audience || incoming.audience.value.empty()) return;
  diagnostics
      .report(Rule::CognitoAudience, incoming.audience.at,
              "Cognito's access tokens have no aud unless the client asks for a resource: this audience is never found")
      .with_hint("bind tokens to the resource (the resource parameter, Essentials plan), or put the embedded authorization server before Cognito");
}

}  // namespace
}  // namespace cognito

const ProviderPack kCognito{.name = "Amazon Cognito",
                            .hosts = cognito::kHosts,
                            .recognises = cognito::is_pool,
                            .traps = cognito::kTraps,
                            .check_upstream = cognito::check_upstream,
                            .check_incoming = cognito::check_incoming};

}  // namespace vmcpauth::config
