// Delegate clients and trusted issuers (ToolHive: pkg/authserver/config.go, server/tokenexchange).
#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "core/base/encoding.hpp"
#include "core/config/rules.hpp"

namespace vmcpauth::config {
namespace {

constexpr std::array<std::string_view, 12> kUnreadableClaims{"sub", "iss", "aud", "exp", "iat", "nbf", "jti", "name", "email", "scope", "scp", "may_act"};
constexpr std::string_view kAnyClient = "*";

bool has(const Texts& texts, std::string_view value) {
  return std::any_of(texts->begin(), texts->end(), [&](const Text& text) { return text.value == value; });
}

class DelegationCheck {
 public:
  DelegationCheck(const AuthServerSpec& server, const AuthServerContext& context, Diagnostics& diagnostics)
      : server_(server), context_(context), diagnostics_(diagnostics) {}

  void check_clients() {
    std::set<std::string_view> seen;
    for (const auto& client : server_.delegate_clients.value) {
      if (client->client_id && !seen.insert(client->client_id.value).second) {
        diagnostics_.report(Rule::DelegateClients, client->client_id.at,
                            fmt::format("the delegate client {} is configured twice", quoted(client->client_id.value)));
      }
      const bool written = client->client_secret || client->client_secret.ref.key.valid();
      if (server_.spelling == Spelling::RunConfig && !written) {
        diagnostics_.report(Rule::DelegateClients, client.at, "a delegate client needs client_secret_file or client_secret_env_var");
      }
      check_client_scopes(client.value);
      check_allowed(client->audiences, "audiences", Rule::DelegateClients);
    }
  }

  void check_issuers() {
    std::set<std::string_view> seen;
    for (const auto& issuer : server_.trusted_issuers.value) {
      if (issuer->issuer_url && !seen.insert(issuer->issuer_url.value).second) {
        diagnostics_.report(Rule::TrustedIssuers, issuer->issuer_url.at,
                            fmt::format("the trusted issuer {} is configured twice", quoted(issuer->issuer_url.value)));
      }
      check_issuer_url(issuer.value);
      check_keys(issuer.value);
      check_delegation(issuer.value, issuer.at);
      if (issuer->jwt_bearer_grant) check_bearer(issuer->jwt_bearer_grant.value);
    }
  }

 private:
  [[nodiscard]] std::string_view name(std::string_view manifest, std::string_view run_config) const { return spelled(server_.spelling, manifest, run_config); }
  void refuse(Span at, std::string message) { diagnostics_.report(Rule::TrustedIssuers, at, std::move(message)); }

  void check_client_scopes(const DelegateClientSpec& client) {
    if (!context_.scopes_known) return;
    static const std::vector<std::string> kDefault{"openid", "profile", "email", "offline_access"};
    const auto& supported = context_.scopes_supported != nullptr ? *context_.scopes_supported : kDefault;
    for (const auto& scope : client.scopes.value) {
      if (std::find(supported.begin(), supported.end(), scope.value) != supported.end()) continue;
      diagnostics_.report(Rule::ScopeNotSupported, scope.at,
                          fmt::format("the delegate client has the scope {}, which is no supported scope", quoted(scope.value)));
    }
  }

  void check_allowed(const Texts& audiences, std::string_view field, Rule rule) {
    if (context_.allowed_audiences == nullptr) return;
    for (const auto& audience : audiences.value) {
      if (has(*context_.allowed_audiences, audience.value)) continue;
      auto& finding = diagnostics_.report(rule, audience.at, fmt::format("{} has {}, which is no allowed audience", field, quoted(audience.value)));
      if (!context_.allowed_audiences->value.empty()) finding.with_label(context_.allowed_audiences->value.front().at, "allowed audiences are defined here");
    }
  }

  void check_issuer_url(const TrustedIssuerSpec& issuer) {
    const auto& url = issuer.issuer_url;
    if (!url || url.value.empty()) return;
    const auto problem = issuer_problem(url.value, {.allow_http = issuer.insecure_allow_http.value, .loopback_exempt = false, .allow_trailing_slash = true});
    if (problem) refuse(url.at, fmt::format("{} {} {}", name("issuerUrl", "issuer_url"), quoted(url.value), *problem));
    if (url.value == server_.issuer.value) {
      diagnostics_.report(Rule::TrustedIssuers, url.at, "our own issuer is trusted already and must not be listed").with_label(server_.issuer.at, "our issuer");
    }
  }

  void check_keys(const TrustedIssuerSpec& issuer) {
    const bool jwks = !issuer.jwks_url.value.empty();
    if (issuer.allow_private_ips.value && !jwks) {
      refuse(issuer.allow_private_ips.at, fmt::format("{} needs {}: otherwise the issuer's own discovery document would choose the private address",
                                                      name("allowPrivateIPs", "allow_private_ips"), name("jwksUrl", "jwks_url")));
    }
    if (!jwks) return;
    const auto problem =
        issuer_problem(issuer.jwks_url.value, {.allow_http = issuer.insecure_allow_http.value, .loopback_exempt = false, .allow_trailing_slash = true});
    // A query is fine here.
    if (problem && *problem != "must not have a query")
      refuse(issuer.jwks_url.at, fmt::format("{} {} {}", name("jwksUrl", "jwks_url"), quoted(issuer.jwks_url.value), *problem));
  }

  void check_delegation(const TrustedIssuerSpec& issuer, Span at) {
    const bool signal =
        !issuer.actor_claim.value.empty() || !issuer.actor_matcher.value.empty() || issuer.allow_may_act.value || !issuer.allowed_actors->empty();
    const bool audience = !issuer.expected_audience.value.empty();
    const auto clients = name("allowedDelegateClients", "allowed_delegate_clients");
    if (!audience && (signal || !issuer.jwt_bearer_grant.key.valid())) {
      refuse(at, fmt::format("{} is needed unless only {} is used", name("expectedAudience", "expected_audience"), name("jwtBearerGrant", "jwt_bearer_grant")));
    }
    if ((audience || signal) && issuer.allowed_delegate_clients->empty())
      refuse(at, fmt::format("{} is needed: list client identifiers, or [\"*\"] for every one", clients));
    const bool wildcard = has(issuer.allowed_delegate_clients, kAnyClient);
    if (wildcard && issuer.allowed_delegate_clients->size() > 1)
      refuse(issuer.allowed_delegate_clients.key, fmt::format("{} combines \"*\" with single clients", clients));
    if (wildcard && issuer.allow_may_act.value) {
      refuse(issuer.allow_may_act.at, fmt::format("{} cannot be combined with \"*\" in {}", name("allowMayAct", "allow_may_act"), clients));
    }
    check_actor_matcher(issuer.actor_matcher, name("actorMatcher", "actor_matcher"), diagnostics_);
    if (std::find(kUnreadableClaims.begin(), kUnreadableClaims.end(), issuer.actor_claim.value) != kUnreadableClaims.end()) {
      diagnostics_.report(Rule::TrustedIssuers, issuer.actor_claim.at, fmt::format("the claim {} cannot name an actor", quoted(issuer.actor_claim.value)))
          .with_hint("use client_id, azp, appid or cid");
    }
    if (audience && context_.allowed_audiences != nullptr && !has(*context_.allowed_audiences, issuer.expected_audience.value)) {
      diagnostics_
          .report(
              Rule::TrustedIssuers, issuer.expected_audience.at,
              fmt::format("{} is no allowed audience: exchanges fail unless a token has a further audience that is", quoted(issuer.expected_audience.value)))
          .with_severity(Severity::Warning);
    }
  }

  void check_bearer(const JwtBearerSpec& grant) {
    if (grant.max_assertion_age && grant.max_assertion_age.value <= Nanoseconds(0)) {
      refuse(grant.max_assertion_age.at, fmt::format("{} must be positive", name("maxAssertionAge", "max_assertion_age")));
    }
    for (const auto& binding : grant.subject_bindings.value) {
      for (const auto& resource : binding->allowed_resources.value) {
        if (const auto problem = audience_problem(resource.value)) refuse(resource.at, fmt::format("the resource {} {}", quoted(resource.value), *problem));
      }
      check_allowed(binding->allowed_resources, name("allowedResources", "allowed_resources"), Rule::TrustedIssuers);
    }
    for (const auto& audience : grant.accepted_audiences.value) {
      if (const auto problem = audience_problem(audience.value)) {
        refuse(audience.at, fmt::format("the audience {} {}", quoted(audience.value), *problem));
      } else if (context_.allowed_audiences != nullptr && has(*context_.allowed_audiences, audience.value)) {
        refuse(audience.at, fmt::format("{} names a resource: an access token for it could be replayed as an assertion", quoted(audience.value)));
      }
    }
  }

  const AuthServerSpec& server_;
  const AuthServerContext& context_;
  Diagnostics& diagnostics_;
};

}  // namespace

void check_delegation(const AuthServerSpec& server, const AuthServerContext& context, Diagnostics& diagnostics) {
  DelegationCheck check(server, context, diagnostics);
  check.check_clients();
  check.check_issuers();
}

}  // namespace vmcpauth::config
