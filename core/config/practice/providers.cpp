// VMA6xx: recognises the provider of an upstream or issuer and applies its pack.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/config/form.hpp"
#include "core/config/practice/practice.hpp"
#include "core/config/practice/provider_pack.hpp"

namespace vmcpauth::config {
namespace {

// Self-hosted ones come last: they are told by paths that others could have.
constexpr std::array<const ProviderPack*, 12> kPacks{&kGoogle,    &kEntra,  &kOkta,    &kAuth0,     &kGitHub,   &kSlack,
                                                     &kAtlassian, &kGitLab, &kCognito, &kSnowflake, &kKeycloak, &kAuthentik};

const ProviderPack* pack_of(const std::vector<const Text*>& texts) {
  std::vector<Url> urls;
  for (const auto* text : texts) {
    if (!*text) continue;
    if (auto url = Url::parse(text->value)) urls.push_back(*std::move(url));
  }
  for (const auto* pack : kPacks) {
    for (const auto& url : urls) {
      if (recognises(*pack, url)) return pack;
    }
  }
  return nullptr;
}

Span first_valid(Span a, Span b) { return a.valid() ? a : b; }

void check_trap(const Trap& trap, const UpstreamView& upstream, Diagnostics& diagnostics) {
  if (trap.applies != nullptr && !trap.applies(upstream)) return;
  const auto scopes = upstream.effective_scopes();
  const bool asked = std::find(scopes.begin(), scopes.end(), trap.name) != scopes.end();
  switch (trap.kind) {
    case Trap::Kind::NeedsScope:
      if (!asked)
        diagnostics.report(trap.rule, first_valid(upstream.scopes().key, upstream.block()), std::string(trap.message))
            .with_hint(upstream.scopes_with(trap.name));
      return;
    case Trap::Kind::RefusesScope: {
      if (!asked) return;
      const auto& written = upstream.scopes().value;
      const auto at = std::find_if(written.begin(), written.end(), [&](const Text& scope) { return scope.value == trap.name; });
      diagnostics
          .report(trap.rule, at != written.end() ? at->at : upstream.block(),
                  fmt::format("{}{}", trap.message, at != written.end() ? "" : " (it is asked for by default)"))
          .with_hint(upstream.scopes_without(trap.name));
      return;
    }
    case Trap::Kind::NeedsParameter: {
      const auto* value = upstream.param(trap.name);
      const bool any_value = std::all_of(trap.value.begin(), trap.value.end(), [](char c) { return c < 'a' || c > 'z'; });
      if (value != nullptr && (any_value || value->value == trap.value)) return;
      diagnostics.report(trap.rule, value != nullptr ? value->at : first_valid(upstream.params().key, upstream.block()), std::string(trap.message))
          .with_hint(upstream.params_with(trap.name, trap.value) + std::string(trap.advice));
      return;
    }
  }
}

// Of a provider nobody has a pack for: whoever sets the scopes has to think of refresh tokens.
void check_unknown(const UpstreamView& upstream, Diagnostics& diagnostics) {
  if (!upstream.is_oidc() || !upstream.scopes() || upstream.scopes()->empty()) return;
  const auto scopes = upstream.effective_scopes();
  if (std::find(scopes.begin(), scopes.end(), "offline_access") != scopes.end()) return;
  diagnostics
      .report(Rule::UpstreamWithoutRefresh, upstream.scopes().key,
              "without offline_access many providers give no refresh token: users log in again when the access token expires")
      .with_hint(upstream.scopes_with("offline_access"));
}

// Whether the strategy takes a token of `upstream`; one that names no provider takes the first's, or we do not know whose.
bool takes_from(const StrategySpec& strategy, std::string_view upstream, std::string_view first) {
  const auto names = [&](const Text& name, bool otherwise) { return name.value.empty() ? otherwise : name.value == upstream; };
  switch (kind_of(strategy)) {
    case StrategyKind::UpstreamInject: return names(strategy.upstream_inject->provider_name, false);
    case StrategyKind::TokenExchange: return names(strategy.token_exchange->subject_provider_name, upstream == first);
    case StrategyKind::AwsSts: return names(strategy.aws_sts->subject_provider_name, true);
    case StrategyKind::Obo: return names(strategy.obo->subject_provider_name, true);
    case StrategyKind::Xaa: return names(strategy.xaa->subject_provider_name, true);
    case StrategyKind::Unknown: return true;
    case StrategyKind::Unauthenticated:
    case StrategyKind::HeaderInjection:
    case StrategyKind::BearerToken:
    case StrategyKind::EmbeddedAuthServer: return false;
  }
  return true;
}

// Whether a backend gets tokens of the upstream. Without sight of the backends it may; the policies of the cluster read the
// primary provider's token, too.
bool may_be_used(const AuthServerSpec& server, const std::string& upstream, const ServerPlan* plan) {
  if (plan == nullptr || !plan->backends_known || server.primary_upstream_provider.value == upstream) return true;
  const auto first = upstream_names(&server).front();
  const auto takes = [&](const StrategyPlan& strategy) { return strategy.spec != nullptr && takes_from(*strategy.spec, upstream, first); };
  return std::any_of(plan->backends.begin(), plan->backends.end(), [&](const BackendPlan& backend) { return takes(backend.strategy); }) ||
         std::any_of(plan->strategies.begin(), plan->strategies.end(), [&](const NamedStrategyPlan& entry) { return takes(entry.strategy); });
}

}  // namespace

void check_providers(const AuthServerSpec& server, const ServerPlan* plan, Diagnostics& diagnostics) {
  for (const auto& spec : server.upstreams.value) {
    const UpstreamView upstream(server, spec.value, may_be_used(server, upstream_name(spec.value), plan));
    if (!upstream.block().valid()) continue;
    const auto* pack = pack_of(upstream.urls());
    if (pack == nullptr) {
      check_unknown(upstream, diagnostics);
      continue;
    }
    for (const auto& trap : pack->traps) check_trap(trap, upstream, diagnostics);
    if (pack->check_upstream != nullptr) pack->check_upstream(upstream, diagnostics);
  }
}

void check_incoming_provider(const OidcIncomingSpec& incoming, Diagnostics& diagnostics) {
  const auto* pack = pack_of({&incoming.issuer});
  if (pack != nullptr && pack->check_incoming != nullptr) pack->check_incoming(incoming, diagnostics);
}

}  // namespace vmcpauth::config
