// GitHub: docs.github.com/apps/oauth-apps.
#include <algorithm>

#include <fmt/format.h>

#include "core/config/practice/provider_pack.hpp"

namespace vmcpauth::config {
namespace github {
namespace {

using enum Trap::Kind;

constexpr std::string_view kHosts[] = {"github.com", "api.github.com", ".ghe.com"};

bool is_oauth2(const UpstreamView& upstream) { return !upstream.is_oidc(); }

constexpr Trap kTraps[] = {
    {.rule = Rule::GitHubScopes,
     .kind = RefusesScope,
     .name = "openid",
     .value = {},
     .message = "GitHub does not know openid: it is no OpenID provider",
     .applies = is_oauth2},
};

void check_userinfo(const UpstreamView& upstream, Diagnostics& diagnostics) {
  const auto& userinfo = upstream.oauth2().userinfo;
  if (!userinfo) return;
  const auto& subjects = userinfo->field_mapping->subject_fields;
  const auto hint = fmt::format("{}:\n  {}: [id]", upstream.spelled("fieldMapping", "field_mapping"), upstream.spelled("subjectFields", "subject_fields"));
  const auto names = [&](std::string_view name) {
    return std::any_of(subjects->begin(), subjects->end(), [&](const Text& field) { return field.value == name; });
  };
  if (!names("id") && !names("login") && !names("node_id")) {
    diagnostics.report(Rule::GitHubSubject, userinfo.key, "GitHub's profile has no sub: no user could be told from another").with_hint(hint);
  } else if (subjects->front().value == "login") {
    diagnostics
        .report(Rule::GitHubLogin, subjects->front().at, "a GitHub login can be renamed and taken by somebody else, who would then be the same user here")
        .with_hint(hint);
  }
}

void check_upstream(const UpstreamView& upstream, Diagnostics& diagnostics) {
  if (upstream.is_oidc()) {
    diagnostics
        .report(Rule::GitHubOidc, upstream.oidc().issuer_url.at, "GitHub is no OpenID provider for users: there is no discovery document and no ID token")
        .with_hint("type: oauth2, with https://github.com/login/oauth/authorize and https://github.com/login/oauth/access_token");
    return;
  }
  check_userinfo(upstream, diagnostics);
  if (!upstream.oauth2().dcr) return;
  diagnostics.report(Rule::GitHubRegistration, upstream.oauth2().dcr.key, "GitHub has no dynamic client registration")
      .with_hint(fmt::format("register an OAuth app by hand and set {}", upstream.spelled("clientId", "client_id")));
}

}  // namespace
}  // namespace github

const ProviderPack kGitHub{.name = "GitHub", .hosts = github::kHosts, .traps = github::kTraps, .check_upstream = github::check_upstream};

}  // namespace vmcpauth::config
