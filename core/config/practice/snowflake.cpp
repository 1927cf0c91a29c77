// Snowflake: docs.snowflake.com/user-guide/oauth-custom.
#include <fmt/format.h>

#include "core/config/practice/provider_pack.hpp"

namespace vmcpauth::config {
namespace snowflake {
namespace {

using enum Trap::Kind;

constexpr std::string_view kHosts[] = {".snowflakecomputing.com", ".snowflakecomputing.cn"};

constexpr Trap kTraps[] = {
    {.rule = Rule::SnowflakeRefresh,
     .kind = NeedsScope,
     .name = "refresh_token",
     .value = {},
     .message = "Snowflake gives no refresh token without the scope refresh_token: its access token ends after ten minutes, or as the integration says"},
    {.rule = Rule::SnowflakeOfflineScope,
     .kind = RefusesScope,
     .name = "offline_access",
     .value = {},
     .message = "Snowflake does not know the scope offline_access"},
};

void check_upstream(const UpstreamView& upstream, Diagnostics& diagnostics) {
  if (upstream.is_oidc() || upstream.oauth2().identity_from_token) return;
  diagnostics
      .report(Rule::SnowflakeIdentity, upstream.oauth2().userinfo ? upstream.oauth2().userinfo.key : upstream.block(),
              "Snowflake has no userinfo endpoint: who the user is stands in the token response only")
      .with_hint(
          fmt::format("{}:\n  {}: username", upstream.spelled("identityFromToken", "identity_from_token"), upstream.spelled("subjectPath", "subject_path")));
}

}  // namespace
}  // namespace snowflake

const ProviderPack kSnowflake{.name = "Snowflake", .hosts = snowflake::kHosts, .traps = snowflake::kTraps, .check_upstream = snowflake::check_upstream};

}  // namespace vmcpauth::config
