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

}  // namespace

void check_providers(const AuthServerSpec& server, Diagnostics& diagnostics) {
  for (const auto& spec : server.upstreams.value) {
    const UpstreamView upstream(server, spec.value);
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
