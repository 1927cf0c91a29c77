// The rules that need the whole server: V-01…V-04, V-06, V-07 and their neighbours.
#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/encoding.hpp"
#include "core/base/url.hpp"
#include "core/config/byte_diff.hpp"
#include "core/config/decoder.hpp"
#include "core/config/rules.hpp"
#include "core/http/headers.hpp"

namespace vmcpauth::config {
namespace {

class ServerCheck {
 public:
  ServerCheck(const ServerPlan& plan, Purpose purpose, Diagnostics& diagnostics)
      : plan_(plan), purpose_(purpose), diagnostics_(diagnostics), upstreams_(upstream_names(plan.auth_server)) {}

  void run() {
    check_incoming();
    check_auth_server_use();
    // Only what a backend uses must be runnable.
    runnable_ = false;
    for (const auto& entry : plan_.strategies) check_named(entry);
    runnable_ = purpose_ == Purpose::Serve;
    for (const auto& backend : plan_.backends) check_backend(backend);
    check_passthrough();
    check_aggregation(plan_.aggregation, plan_.operational, diagnostics_);
    check_tool_config_refs();
  }

 private:
  // The operator follows these; the vMCP process has nobody to ask.
  void check_tool_config_refs() {
    if (plan_.spelling != Spelling::RunConfig) return;
    for (const auto& tools : plan_.aggregation->tools.value) {
      if (!tools->tool_config_ref) continue;
      diagnostics_
          .report(Rule::MissingResource, tools->tool_config_ref.key, "toolConfigRef is followed in manifests only; here filter and overrides decide alone")
          .with_severity(tools->filter->empty() && tools->overrides->empty() ? Severity::Error : Severity::Warning)
          .with_hint("write the MCPToolConfig's toolsFilter as filter and its toolsOverride as overrides");
    }
  }

  void check_incoming() {
    if (plan_.incoming_type.value == "local") {
      diagnostics_.report(Rule::IncomingAuth, plan_.incoming_type.at, "incoming authentication of type local is not implemented by ToolHive, nor here")
          .with_severity(purpose_ == Purpose::Serve ? Severity::Error : Severity::Warning);
    }
    if (plan_.incoming_type.value == "oidc" && plan_.incoming_unknown && plan_.spelling == Spelling::RunConfig) {
      diagnostics_.report(Rule::IncomingAuth, plan_.incoming_type.at, "incoming authentication of type oidc needs the block oidc");
    }
    if (!plan_.incoming) return;
    const auto& oidc = *plan_.incoming;
    const bool own = plan_.auth_server != nullptr && plan_.auth_server->insecure_allow_http.value;
    if (oidc.issuer && !oidc.issuer.value.empty()) {
      if (const auto problem = endpoint_problem(oidc.issuer.value, oidc.insecure_allow_http.value || own)) {
        diagnostics_.report(Rule::IncomingAuth, oidc.issuer.at, fmt::format("the incoming issuer {} {}", quoted(oidc.issuer.value), *problem));
      }
    }
    for (const auto* url : {&oidc.jwks_url, &oidc.introspection_url}) {
      if (!*url || url->value.empty()) continue;
      if (const auto problem = endpoint_problem(url->value, oidc.insecure_allow_http.value)) {
        diagnostics_.report(Rule::IncomingAuth, url->at,
                            fmt::format("{} {} {}", url == &oidc.jwks_url ? "jwksUrl" : "introspectionUrl", quoted(url->value), *problem));
      }
    }
    if (oidc.client_secret && oidc.client_id.value.empty()) {
      diagnostics_.report(Rule::IncomingAuth, oidc.client_secret.at(), "a client secret for introspection needs a clientId").with_severity(Severity::Warning);
    }
  }

  void check_auth_server_use() {
    if (plan_.auth_server == nullptr) return;
    AuthServerContext context;
    const bool derived = plan_.spelling == Spelling::Manifest;
    if (!derived || plan_.incoming) context.allowed_audiences = &plan_.allowed_audiences;
    if (plan_.scopes_supported) context.scopes_supported = &*plan_.scopes_supported;
    context.scopes_known = !derived || plan_.incoming.has_value();
    check_auth_server(*plan_.auth_server, plan_.auth_server_at, context, diagnostics_);
    if (plan_.incoming_type.value == "anonymous") {
      diagnostics_.report(Rule::AuthServerNeedsOidc, plan_.incoming_type.at, "with an authorization server incoming authentication must be of type oidc")
          .with_label(plan_.auth_server_at, "the authorization server is configured here");
    }
    if (plan_.incoming) check_consistency();
  }

  // V-04 and V-07: both compare byte for byte, as the running server will.
  void check_consistency() {
    const auto& issuer = plan_.auth_server->issuer;
    const auto& incoming = *plan_.incoming;
    if (issuer && incoming.issuer && issuer.value != incoming.issuer.value) {
      diagnostics_
          .report(Rule::IssuerMismatch, incoming.issuer.at,
                  fmt::format("the incoming issuer {} is not the authorization server's {}", quoted(incoming.issuer.value), quoted(issuer.value)))
          .with_label(issuer.at, "the authorization server's issuer is defined here")
          .with_hint(byte_difference({"incoming issuer", incoming.issuer.value}, {"authorization server", issuer.value}));
    }
    const auto& audience = incoming.audience;
    if (!audience || audience.value.empty() || plan_.allowed_audiences->empty()) return;
    const auto& allowed = plan_.allowed_audiences.value;
    if (std::any_of(allowed.begin(), allowed.end(), [&](const Text& text) { return text.value == audience.value; })) return;
    auto& finding = diagnostics_
                        .report(Rule::AudienceNotAllowed, audience.at,
                                fmt::format("no token will have the audience {}: the authorization server only issues {}", quoted(audience.value),
                                            quoted(allowed.front().value)))
                        .with_label(allowed.front().at, plan_.spelling == Spelling::Manifest ? "the allowed audience is derived from this reference"
                                                                                             : "allowed audiences are defined here");
    std::string hint = byte_difference({"checked audience", audience.value}, {"allowed audience", allowed.front().value});
    if (plan_.spelling == Spelling::Manifest) hint = "set oidcConfigRef.resourceUrl and audience to the same URL: " + hint;
    finding.with_hint(std::move(hint));
  }

  void check_named(const NamedStrategyPlan& entry) {
    if (entry.strategy.spec != nullptr) check_strategy_use(*entry.strategy.spec, entry.strategy.at);
    if (entry.name == "default" || !plan_.backends_known) return;
    const auto known = std::any_of(plan_.backends.begin(), plan_.backends.end(), [&](const BackendPlan& backend) { return backend.name.value == entry.name; });
    if (known) return;
    std::vector<std::string_view> names;
    for (const auto& backend : plan_.backends) names.push_back(backend.name.value);
    auto& finding = diagnostics_.report(Rule::StrategyWithoutBackend, entry.name_at, fmt::format("no backend is called {}", quoted(entry.name)));
    const auto nearest = nearest_name(entry.name, names);
    finding.with_hint(nearest.empty() ? fmt::format("backends: {}", fmt::join(names, ", ")) : fmt::format("did you mean \"{}\"?", nearest));
  }

  void check_backend(const BackendPlan& backend) {
    if (backend.strategy.spec != nullptr) check_strategy_use(*backend.strategy.spec, backend.strategy.at);
  }

  void check_strategy_use(const StrategySpec& strategy, Span at) {
    switch (kind_of(strategy)) {
      case StrategyKind::UpstreamInject: return check_inject(strategy.upstream_inject, at);
      case StrategyKind::TokenExchange: return check_exchange(strategy.token_exchange, at);
      case StrategyKind::AwsSts: return check_other(strategy.aws_sts->subject_provider_name, "aws_sts", at);
      case StrategyKind::Xaa: return check_xaa(strategy.xaa, at);
      case StrategyKind::Obo: return check_other(strategy.obo->subject_provider_name, "obo", at);
      case StrategyKind::BearerToken:
        diagnostics_.report(Rule::NotForVirtualServer, at, "ToolHive's virtual server has no strategy bearerToken and drops the backend; it works here")
            .with_label(strategy.type.at, "the type is set here")
            .with_hint("headerInjection with the header Authorization does the same in both");
        return;
      case StrategyKind::EmbeddedAuthServer:
        diagnostics_.report(Rule::WrongKindOfConfig, at, "an authorization server is no way to authenticate to a backend")
            .with_label(strategy.type.at, "the type is set here");
        return;
      case StrategyKind::Unauthenticated:
      case StrategyKind::HeaderInjection:
      case StrategyKind::Unknown: return;
    }
  }

  // V-02: the provider is one of the upstreams.
  void check_provider(const Text& provider, std::string_view field, Span at) {
    if (plan_.auth_server == nullptr && plan_.auth_server_unknown) return;
    if (plan_.auth_server == nullptr) {
      diagnostics_.report(Rule::InjectWithoutAuthServer, provider.at, fmt::format("{} names an upstream, but there is no authorization server", field))
          .with_label(at, "used here");
      return;
    }
    if (std::find(upstreams_.begin(), upstreams_.end(), provider.value) != upstreams_.end()) return;
    auto& finding =
        diagnostics_.report(Rule::UnknownProvider, provider.at, fmt::format("{} {} is no upstream of the authorization server", field, quoted(provider.value)))
            .with_label(plan_.auth_server->upstreams.key, "the upstreams are defined here");
    const std::vector<std::string_view> names(upstreams_.begin(), upstreams_.end());
    const auto nearest = nearest_name(provider.value, names);
    finding.with_hint(nearest.empty() ? fmt::format("upstreams: {}", fmt::join(names, ", ")) : fmt::format("did you mean \"{}\"?", nearest));
  }

  void check_injection_enabled(std::string_view strategy, Span at) {
    if (plan_.auth_server == nullptr || !plan_.auth_server->disable_upstream_token_injection.value) return;
    const auto field = spelled(plan_.auth_server->spelling, "disableUpstreamTokenInjection", "disable_upstream_token_injection");
    diagnostics_.report(Rule::InjectionDisabled, at, fmt::format("{} needs upstream tokens, which {} withholds", strategy, field))
        .with_label(plan_.auth_server->disable_upstream_token_injection.at, "injection is disabled here");
  }

  void check_inject(const Setting<UpstreamInjectSpec>& inject, Span at) {
    if (plan_.auth_server == nullptr && plan_.auth_server_unknown) return;
    if (plan_.auth_server == nullptr) {
      diagnostics_.report(Rule::InjectWithoutAuthServer, at, "upstream_inject needs an embedded authorization server, which logs users in at the provider")
          .with_hint(plan_.spelling == Spelling::Manifest ? "add spec.authServerConfig to the VirtualMCPServer"
                                                          : "put an authserver-config.yaml beside this file");
      return;
    }
    check_injection_enabled("upstream_inject", at);
    if (!inject) return;
    const auto& provider = inject->provider_name;
    if (!provider.value.empty()) return check_provider(provider, "providerName", at);
    // The manifest's field table has reported it already.
    if (plan_.spelling == Spelling::Manifest && (provider.at.valid() || inject.key.valid())) return;
    const bool works = std::find(upstreams_.begin(), upstreams_.end(), "default") != upstreams_.end();
    diagnostics_
        .report(Rule::EmptyProvider, provider.at.valid() ? provider.at : inject.key,
                works ? "providerName is empty; ToolHive takes the upstream \"default\"" : "providerName is empty")
        .with_hint(fmt::format("upstreams: {}", fmt::join(upstreams_, ", ")))
        .with_severity(works ? Severity::Warning : Severity::Error);
  }

  void check_exchange(const Setting<TokenExchangeSpec>& exchange, Span at) {
    if (!exchange) return;
    const auto& provider = exchange->subject_provider_name;
    if (!provider.value.empty()) {
      check_injection_enabled("token_exchange", at);
      return check_provider(provider, "subjectProviderName", at);
    }
    if (plan_.auth_server == nullptr) return;
    check_injection_enabled("token_exchange", at);
    if (upstreams_.empty()) return;
    auto& finding = diagnostics_
                        .report(Rule::ImplicitSubjectProvider, exchange.key,
                                fmt::format("no subjectProviderName: the token of the first upstream, \"{}\", is exchanged", upstreams_.front()))
                        .with_label(at, "used here")
                        .with_hint(fmt::format("subjectProviderName: {}", upstreams_.front()));
    if (upstreams_.size() == 1) finding.with_severity(Severity::Note);
  }

  void check_xaa(const Setting<XaaSpec>& xaa, Span at) {
    if (xaa && xaa->subject_provider_name.value.empty() && upstreams_.size() > 1) {
      diagnostics_.report(Rule::AmbiguousSubjectProvider, xaa.key, "xaa needs subjectProviderName when there are several upstreams")
          .with_label(at, "used here")
          .with_hint(fmt::format("upstreams: {}", fmt::join(upstreams_, ", ")));
    }
    check_other(xaa->subject_provider_name, "xaa", at);
  }

  void check_other(const Text& provider, std::string_view strategy, Span at) {
    if (!provider.value.empty()) check_provider(provider, strategy == "obo" ? "subjectTokenProviderName" : "subjectProviderName", at);
    check_injection_enabled(strategy, at);
    if (!runnable_) return;
    diagnostics_
        .report(Rule::UnsupportedStrategy, at,
                strategy == "obo" ? "obo exists in enterprise builds of ToolHive only and cannot be run here"
                                  : fmt::format("{} is recognised but cannot be run here yet", strategy))
        .with_hint("leave this backend out, or give it another strategy here; in vmcpauth.toml:\n[backends.NAME.strategy]\ntype = \"unauthenticated\"");
  }

  void check_passthrough() {
    for (const auto& header : plan_.passthrough_headers.value) {
      if (!http::is_header_name(header.value)) {
        diagnostics_.report(Rule::PassthroughHeader, header.at, fmt::format("{} is not a header name", quoted(header.value)));
      } else if (!http::is_passthrough_allowed(header.value)) {
        diagnostics_.report(Rule::PassthroughHeader, header.at, fmt::format("the header {} is never passed through", quoted(header.value)))
            .with_hint("credentials, cookies, Host, hop-by-hop and X-Forwarded-* headers stay at the proxy");
      }
    }
  }

  const ServerPlan& plan_;
  Purpose purpose_;
  bool runnable_ = false;
  Diagnostics& diagnostics_;
  std::vector<std::string> upstreams_;
};

}  // namespace

void check_server(const ServerPlan& plan, Purpose purpose, Diagnostics& diagnostics) { ServerCheck(plan, purpose, diagnostics).run(); }

}  // namespace vmcpauth::config
