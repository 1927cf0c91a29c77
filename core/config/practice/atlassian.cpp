// Atlassian: developer.atlassian.com/cloud/jira/platform/oauth-2-3lo-apps.
#include "core/config/practice/provider_pack.hpp"

namespace vmcpauth::config {
namespace atlassian {
namespace {

using enum Trap::Kind;

constexpr std::string_view kHosts[] = {"auth.atlassian.com", "mcp.atlassian.com", "cf.mcp.atlassian.com"};

// The three-legged flow of Atlassian's own products; its MCP server has an authorization server of its own.
bool is_product_login(const UpstreamView& upstream) { return host_of(upstream.url().value) == "auth.atlassian.com"; }

constexpr Trap kTraps[] = {
    {.rule = Rule::AtlassianOffline,
     .kind = NeedsScope,
     .name = "offline_access",
     .value = {},
     .message = "Atlassian gives no refresh token without offline_access: its access token ends after an hour",
     .applies = is_product_login},
    {.rule = Rule::AtlassianAudience,
     .kind = NeedsParameter,
     .name = "audience",
     .value = "api.atlassian.com",
     .message = "the pages of Jira and Confluence demand audience=api.atlassian.com at the login",
     .applies = is_product_login},
    {.rule = Rule::AtlassianConsent,
     .kind = NeedsParameter,
     .name = "prompt",
     .value = "consent",
     .message = "Atlassian's login needs prompt=consent, so that the user chooses the site",
     .applies = is_product_login},
};

// mcp.atlassian.com answers for cf.mcp.atlassian.com, and auth.atlassian.com/ID, where its /v1/mcp/authv2 sends clients, for
// auth.atlassian.com.
bool names_another_issuer(const std::string& url) {
  const auto host = host_of(url);
  if (host == "mcp.atlassian.com") return true;
  const auto path = path_of(url);
  return host == "auth.atlassian.com" && path != "/.well-known/oauth-authorization-server" && path != "/.well-known/openid-configuration";
}

void check_upstream(const UpstreamView& upstream, Diagnostics& diagnostics) {
  const auto& dcr = upstream.oauth2().dcr;
  if (upstream.is_oidc() || !dcr || !dcr->discovery_url || !names_another_issuer(dcr->discovery_url.value)) return;
  diagnostics.report(Rule::AtlassianMetadata, dcr->discovery_url.at, "the metadata of Atlassian's MCP server names another issuer than the one it is asked of")
      .with_hint("name the registration endpoint and the endpoints themselves instead of the discovery URL");
}

}  // namespace
}  // namespace atlassian

const ProviderPack kAtlassian{.name = "Atlassian", .hosts = atlassian::kHosts, .traps = atlassian::kTraps, .check_upstream = atlassian::check_upstream};

}  // namespace vmcpauth::config
