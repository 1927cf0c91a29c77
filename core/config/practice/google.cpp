// Google: developers.google.com/identity/protocols/oauth2/web-server.
#include "core/config/practice/provider_pack.hpp"

namespace vmcpauth::config {
namespace google {
namespace {

using enum Trap::Kind;

constexpr std::string_view kHosts[] = {"accounts.google.com", "oauth2.googleapis.com"};
constexpr std::string_view kIssuer = "https://accounts.google.com";

bool asks_offline(const UpstreamView& upstream) {
  const auto* type = upstream.param("access_type");
  return type != nullptr && type->value == "offline";
}

constexpr Trap kTraps[] = {
    {.rule = Rule::GoogleOffline,
     .kind = NeedsParameter,
     .name = "access_type",
     .value = "offline",
     .message = "Google gives no refresh token without access_type=offline: its access token ends after an hour",
     .advice = "\n  prompt: consent"},
    {.rule = Rule::GoogleOfflineScope, .kind = RefusesScope, .name = "offline_access", .value = {}, .message = "Google refuses the scope offline_access"},
    {.rule = Rule::GoogleConsent,
     .kind = NeedsParameter,
     .name = "prompt",
     .value = "consent",
     .message = "Google gives a refresh token at the first consent only; later logins get none without prompt=consent",
     .applies = asks_offline},
};

void check_upstream(const UpstreamView& upstream, Diagnostics& diagnostics) {
  const auto& issuer = upstream.oidc().issuer_url;
  if (!upstream.is_oidc() || issuer.value == kIssuer || host_of(issuer.value) != "accounts.google.com") return;
  diagnostics.report(Rule::GoogleIssuer, issuer.at, "Google's issuer has no path and no slash at its end")
      .with_hint(std::string(upstream.spelled("issuerUrl", "issuer_url")) + ": " + std::string(kIssuer));
}

}  // namespace
}  // namespace google

const ProviderPack kGoogle{.name = "Google", .hosts = google::kHosts, .traps = google::kTraps, .check_upstream = google::check_upstream};

}  // namespace vmcpauth::config
