#include "core/authserver/config_checks.hpp"

#include <algorithm>
#include <set>
#include <string_view>

#include "core/authserver/actor_matcher.hpp"
#include "core/base/url.hpp"
#include "core/oauth/redirect_uri.hpp"
#include "core/oauth/scope.hpp"

namespace vmcpauth::authserver {
namespace {

std::unexpected<Error> wrong(std::string message) { return fail(ErrorCode::InvalidConfig, std::move(message)); }

// A client secret must not cross the wire in the clear. http to loopback stays on the machine, but has to be asked for.
Result<void> check_transport(const config::AuthServer& config) {
  if (!config.allow_confidential_client_registration && config.delegate_clients.empty()) return {};
  if (config.insecure_allow_http) return wrong("clients with secrets cannot be combined with insecure_allow_http");
  const auto issuer = Url::parse(config.issuer);
  if (issuer && !issuer->is_https() && !config.insecure_allow_confidential_over_loopback_http) {
    return wrong("clients with secrets need an https issuer, or insecure_allow_confidential_over_loopback_http on loopback");
  }
  if (issuer && !issuer->is_https() && !issuer->is_loopback()) return wrong("clients with secrets need an https issuer");
  return {};
}

Result<void> check_forced(const config::AuthServer& config) {
  const auto& forced = config.force_confidential_redirect_uris;
  if (!forced.empty() && !config.allow_confidential_client_registration) {
    return wrong("force_confidential_redirect_uris needs allow_confidential_client_registration");
  }
  for (const auto& uri : forced) {
    const auto checked = oauth::check_redirect_uri(uri, oauth::RedirectSchemes::WebAndLoopback);
    if (!checked) return wrong("force_confidential_redirect_uris: " + checked.error().message());
    if (oauth::is_loopback_redirect(uri)) return wrong("force_confidential_redirect_uris: a loopback client cannot keep a secret");
  }
  return {};
}

Result<void> check_delegates(const config::AuthServer& config) {
  std::set<std::string_view> ids;
  for (const auto& client : config.delegate_clients) {
    const std::string name = "delegate client " + client.client_id;
    if (!ids.insert(client.client_id).second) return wrong(name + " is configured twice");
    if (client.client_secret.reveal().size() < 32) return wrong(name + ": the secret is shorter than 32 characters");
    if (oauth::first_missing(client.scopes, config.scopes_supported) != nullptr) return wrong(name + " has a scope that is not supported");
    if (oauth::first_missing(client.audiences, config.allowed_audiences) != nullptr) return wrong(name + " has an audience that is not allowed");
  }
  return {};
}

// What names this server to an assertion's issuer must not be what names a resource, or a resource's token would be an assertion.
Result<void> check_jwt_bearer(const config::JwtBearerPolicy& grant, const config::AuthServer& config, const std::string& name) {
  for (const auto& audience : grant.accepted_audiences) {
    const auto& allowed = config.allowed_audiences;
    if (std::find(allowed.begin(), allowed.end(), audience) != allowed.end()) return wrong(name + ": accepted_audiences holds a resource audience");
  }
  for (const auto& binding : grant.subject_bindings) {
    if (oauth::first_missing(binding.allowed_resources, config.allowed_audiences) != nullptr)
      return wrong(name + ": allowed_resources is not among the allowed audiences");
  }
  return {};
}

Result<void> check_issuers(const config::AuthServer& config) {
  std::set<std::string_view> seen{config.issuer};
  for (const auto& trusted : config.trusted_issuers) {
    const std::string name = "trusted issuer " + trusted.issuer_url;
    const auto& delegates = trusted.allowed_delegate_clients;
    if (!trusted.actor_matcher.empty()) {
      if (auto matcher = ActorMatcher::make(trusted.actor_matcher); !matcher) return std::unexpected(std::move(matcher).error().note(name));
    }
    if (!seen.insert(trusted.issuer_url).second) return wrong(name + " is configured twice or is this server");
    // Discovery is the issuer's own word; it must not choose which private address we call.
    if (trusted.allow_private_ips && !trusted.jwks_url) return wrong(name + ": allow_private_ips needs jwks_url");
    if (trusted.allow_may_act && std::find(delegates.begin(), delegates.end(), "*") != delegates.end())
      return wrong(name + ": allow_may_act cannot be combined with the delegate client \"*\"");
    if (trusted.jwt_bearer_grant) TRY_VOID(check_jwt_bearer(*trusted.jwt_bearer_grant, config, name));
  }
  return {};
}

}  // namespace

Result<void> check_config(const config::AuthServer& config) {
  TRY_VOID(check_transport(config));
  TRY_VOID(check_forced(config));
  TRY_VOID(check_delegates(config));
  return check_issuers(config);
}

}  // namespace vmcpauth::authserver
