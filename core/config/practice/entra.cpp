// Microsoft Entra ID: learn.microsoft.com/entra/identity-platform.
#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "core/base/encoding.hpp"
#include "core/config/practice/provider_pack.hpp"

namespace vmcpauth::config {
namespace entra {
namespace {

using enum Trap::Kind;

constexpr std::string_view kHosts[] = {"login.microsoftonline.com",
                                       "login.microsoftonline.us",
                                       "login.partner.microsoftonline.cn",
                                       "login.chinacloudapi.cn",
                                       "login.windows.net",
                                       "sts.windows.net",
                                       ".ciamlogin.com"};
constexpr std::array<std::string_view, 3> kSharedTenants{"common", "organizations", "consumers"};
constexpr std::string_view kVersion = "/v2.0";
constexpr std::string_view kGraph = "https://graph.microsoft.com";

constexpr Trap kTraps[] = {
    {.rule = Rule::EntraOffline,
     .kind = NeedsScope,
     .name = "offline_access",
     .value = {},
     .message = "Entra gives no refresh token without offline_access: its access token ends after about an hour"},
};

void check_issuer(const Text& issuer, Diagnostics& diagnostics) {
  auto path = path_of(issuer.value);
  if (host_of(issuer.value) == "sts.windows.net" || !path.ends_with(kVersion)) {
    diagnostics.report(Rule::EntraV1Issuer, issuer.at, "this is the issuer of Entra's v1 tokens; its v2 endpoints issue another one")
        .with_hint("https://login.microsoftonline.com/TENANT-ID/v2.0, and accessTokenAcceptedVersion 2 in the app's manifest");
  }
  const auto tenant = path.substr(path.empty() ? 0 : 1, path.find('/', 1) - 1);
  if (std::find(kSharedTenants.begin(), kSharedTenants.end(), tenant) == kSharedTenants.end()) return;
  diagnostics.report(Rule::EntraSharedTenant, issuer.at, fmt::format("tokens name the user's own tenant as issuer, never \"{}\": each is refused", tenant))
      .with_hint("use the identifier of your tenant: https://login.microsoftonline.com/TENANT-ID/v2.0");
}

// What a scope is of: "api://tools" of "api://tools/read", Microsoft Graph of a bare name such as User.Read, nothing of
// OpenID Connect's own.
std::string resource_of(std::string_view scope) {
  static constexpr std::array<std::string_view, 6> kOpenId{"openid", "profile", "email", "offline_access", "address", "phone"};
  if (std::find(kOpenId.begin(), kOpenId.end(), scope) != kOpenId.end()) return {};
  const auto scheme = scope.find("://");
  const auto begin = scheme == std::string_view::npos ? 0 : scheme + 3;
  const auto slash = scope.rfind('/');
  const bool divided = slash != std::string_view::npos && slash >= begin;
  if (scheme == std::string_view::npos && !divided) return std::string(kGraph);
  return std::string(scope.substr(0, divided ? slash : scope.size()));
}

void check_scopes(const UpstreamView& upstream, Diagnostics& diagnostics) {
  std::set<std::string> resources;
  for (const auto& scope : upstream.scopes().value) {
    const auto resource = resource_of(scope.value);
    if (resource.empty() || !resources.insert(resource).second || resources.size() != 2) continue;
    diagnostics
        .report(
            Rule::EntraMixedScopes, scope.at,
            fmt::format("Entra issues a token for one resource: scopes of {} and {} cannot be mixed", quoted(*resources.begin()), quoted(*resources.rbegin())))
        .with_hint("ask for one resource here; get the other token by an exchange, or by a second upstream");
  }
  const auto* resource = upstream.param("resource");
  if (resource == nullptr) return;
  diagnostics.report(Rule::EntraResource, resource->at, "Entra's v2 endpoint answers AADSTS9010010 when resource does not fit the scopes")
      .with_hint(fmt::format("remove it and name the resource in the scope: scopes: [{}/.default, offline_access]", printable(resource->value, 200)));
}

void check_upstream(const UpstreamView& upstream, Diagnostics& diagnostics) {
  check_scopes(upstream, diagnostics);
  if (!upstream.is_oidc()) return;
  check_issuer(upstream.oidc().issuer_url, diagnostics);
  if (upstream.oidc().subject_claim) return;
  diagnostics.report(Rule::EntraSubject, upstream.block(), "Entra's sub differs from app to app; oid is the same user everywhere in the tenant")
      .with_hint(fmt::format("{}: oid", upstream.spelled("subjectClaim", "subject_claim")));
}

void check_incoming(const OidcIncomingSpec& incoming, Diagnostics& diagnostics) {
  const auto path = path_of(incoming.issuer.value);
  const auto tenant = path.substr(path.empty() ? 0 : 1, path.find('/', 1) - 1);
  // v1 tokens are a choice of the API's registration, so an issuer of v1 may be right here.
  if (host_of(incoming.issuer.value) == "sts.windows.net") return;
  if (path.ends_with(kVersion) && std::find(kSharedTenants.begin(), kSharedTenants.end(), tenant) == kSharedTenants.end()) return;
  check_issuer(incoming.issuer, diagnostics);
}

}  // namespace
}  // namespace entra

const ProviderPack kEntra{.name = "Microsoft Entra",
                          .hosts = entra::kHosts,
                          .traps = entra::kTraps,
                          .check_upstream = entra::check_upstream,
                          .check_incoming = entra::check_incoming};

}  // namespace vmcpauth::config
