// One strategy by itself, in either spelling.
#include <fmt/format.h>

#include "core/base/encoding.hpp"
#include "core/config/rules.hpp"
#include "core/http/headers.hpp"

namespace vmcpauth::config {
void check_injected_header(const Text& header, Diagnostics& diagnostics) {
  if (!header || header.value.empty()) return;
  const bool forwarded = http::to_lower(header.value).starts_with("x-forwarded-");
  const bool reserved = http::equals_ignoring_case(header.value, "host") || http::equals_ignoring_case(header.value, "content-length") ||
                        http::equals_ignoring_case(header.value, "forwarded") || http::equals_ignoring_case(header.value, "x-real-ip");
  if (!http::is_header_name(header.value)) {
    diagnostics.report(Rule::InjectedHeader, header.at, fmt::format("{} is not a header name", quoted(header.value)));
  } else if (http::is_hop_by_hop(header.value) || forwarded || reserved) {
    diagnostics.report(Rule::InjectedHeader, header.at, fmt::format("the header {} belongs to the proxy and cannot be set", quoted(header.value)));
  }
}

namespace {

void check_header_injection(const Setting<HeaderInjectionSpec>& injection, bool manifest, Diagnostics& diagnostics) {
  check_injected_header(injection->header_name, diagnostics);
  const auto& value = injection->value;
  if (manifest) return;
  if (value.env && value.literal) {
    diagnostics.report(Rule::ExclusiveFields, value.env.key, "headerValue and headerValueEnv exclude each other")
        .with_label(value.literal.key, "the value is given here");
  } else if (!value) {
    diagnostics.report(Rule::IncompleteStrategy, injection.key, "headerInjection needs headerValue or headerValueEnv");
  }
}

void check_token_exchange(const TokenExchangeSpec& exchange, Diagnostics& diagnostics) {
  if (exchange.token_url && !exchange.token_url.value.empty()) {
    // ToolHive allows http here: the endpoint may be in the cluster.
    if (const auto problem = endpoint_problem(exchange.token_url.value, true)) {
      diagnostics.report(Rule::EndpointForm, exchange.token_url.at, fmt::format("tokenUrl {} {}", quoted(exchange.token_url.value), *problem));
    }
  }
  if (exchange.client_secret.env && exchange.client_secret.literal) {
    diagnostics.report(Rule::ExclusiveFields, exchange.client_secret.env.key, "clientSecret and clientSecretEnv exclude each other")
        .with_label(exchange.client_secret.literal.key, "the secret is given here");
  }
  if (exchange.client_secret && exchange.client_id.value.empty()) {
    diagnostics.report(Rule::IncompleteStrategy, exchange.client_secret.at(), "a client secret without a clientId is never sent");
  }
  check_injected_header(exchange.external_token_header_name, diagnostics);
}

}  // namespace

void check_strategy(const StrategySpec& strategy, Span at, Spelling spelling, Diagnostics& diagnostics) {
  const bool manifest = spelling == Spelling::Manifest;
  const auto type = [&](std::string_view camel, std::string_view snake) { return manifest ? camel : snake; };
  const BlockChoice choices[] = {
      {type("tokenExchange", "token_exchange"), "tokenExchange", strategy.token_exchange.key},
      {type("headerInjection", "header_injection"), "headerInjection", strategy.header_injection.key},
      {type("awsSts", "aws_sts"), "awsSts", strategy.aws_sts.key},
      {type("upstreamInject", "upstream_inject"), "upstreamInject", strategy.upstream_inject.key},
      {"obo", "obo", strategy.obo.key},
      {"xaa", "xaa", strategy.xaa.key},
      {manifest ? "bearerToken" : "", "bearerToken", strategy.bearer_token.key},
      {manifest ? "embeddedAuthServer" : "", "embeddedAuthServer", strategy.embedded_auth_server.key},
  };
  check_blocks(strategy.type, choices, at, manifest ? Severity::Error : Severity::Warning, diagnostics);
  if (strategy.header_injection) check_header_injection(strategy.header_injection, manifest, diagnostics);
  if (strategy.token_exchange) check_token_exchange(strategy.token_exchange.value, diagnostics);
  if (strategy.xaa && strategy.xaa->target_token_url) {
    const auto& url = strategy.xaa->target_token_url;
    if (const auto problem = endpoint_problem(url.value, strategy.xaa->insecure_target_token_url.value)) {
      diagnostics.report(Rule::EndpointForm, url.at, fmt::format("targetTokenUrl {} {}", quoted(url.value), *problem));
    }
  }
}

}  // namespace vmcpauth::config
