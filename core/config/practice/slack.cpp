// Slack: docs.slack.dev/authentication.
#include <fmt/format.h>

#include "core/config/practice/provider_pack.hpp"

namespace vmcpauth::config {
namespace slack {
namespace {

using enum Trap::Kind;

constexpr std::string_view kHosts[] = {"slack.com"};

constexpr Trap kTraps[] = {
    {.rule = Rule::SlackOfflineScope, .kind = RefusesScope, .name = "offline_access", .value = {}, .message = "Slack refuses the scope offline_access"},
};

void check_upstream(const UpstreamView& upstream, Diagnostics& diagnostics) {
  // The plain OAuth flow issues tokens of a bot and, when asked, of the user; the OpenID one has neither problem.
  if (upstream.is_oidc() || !path_of(upstream.url().value).starts_with("/oauth/v2/authorize")) return;
  const auto* user_scope = upstream.param("user_scope");
  if (user_scope == nullptr) {
    diagnostics
        .report(Rule::SlackBotToken, upstream.scopes().key.valid() ? upstream.scopes().key : upstream.block(),
                "scope asks Slack for the bot's token, which is the same for everybody in the workspace")
        .with_hint(upstream.params_with("user_scope", "search:read,users:read"));
    return;
  }
  const auto& mapping = upstream.oauth2().token_response_mapping;
  if (mapping && mapping->access_token_path.value.starts_with("authed_user.")) return;
  const auto at = mapping ? mapping->access_token_path.at : upstream.block();
  diagnostics.report(Rule::SlackUserToken, at, "Slack returns the user's token below authed_user; access_token is the bot's")
      .with_label(user_scope->at, "the user's scopes are asked for here")
      .with_hint(fmt::format("{}:\n  {}: authed_user.access_token\n  {}: authed_user.scope", upstream.spelled("tokenResponseMapping", "token_response_mapping"),
                             upstream.spelled("accessTokenPath", "access_token_path"), upstream.spelled("scopePath", "scope_path")));
}

}  // namespace
}  // namespace slack

const ProviderPack kSlack{.name = "Slack", .hosts = slack::kHosts, .traps = slack::kTraps, .check_upstream = slack::check_upstream};

}  // namespace vmcpauth::config
