#include "proxy/serve/banner.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace vmcpauth::proxy {
namespace {

std::string bold(const BannerFacts& facts, std::string_view text) { return facts.colour ? fmt::format("\x1b[1m{}\x1b[0m", text) : std::string(text); }
std::string dim(const BannerFacts& facts, std::string_view text) { return facts.colour ? fmt::format("\x1b[2m{}\x1b[0m", text) : std::string(text); }

struct Described {
  std::string operator()(const config::Unauthenticated& /*none*/) const { return "no credential"; }
  std::string operator()(const config::HeaderInjection& s) const { return "header " + s.header_name; }
  std::string operator()(const config::UpstreamInject& s) const { return "token of " + s.provider_name; }
  std::string operator()(const config::TokenExchange& s) const {
    return fmt::format("token exchanged from {}", s.subject_provider_name ? *s.subject_provider_name : "the incoming token");
  }
};

std::string incoming_line(const config::Runtime& runtime) {
  if (const auto* oidc = std::get_if<config::OidcIncoming>(&runtime.incoming)) {
    return runtime.auth_server ? fmt::format("sign in through {} provider{}, one after the other", runtime.auth_server->upstreams.size(),
                                             runtime.auth_server->upstreams.size() == 1 ? "" : "s")
                               : "tokens of " + oidc->issuer;
  }
  return "anonymous";
}

}  // namespace

std::string banner(const BannerFacts& facts) {
  const auto& runtime = facts.runtime;
  std::string out =
      fmt::format("\n  {} {}  {}\n\n", bold(facts, "vmcpauth"), facts.version, facts.demo ? "demo: everything built in, nothing to register" : runtime.name);
  const auto line = [&](std::string_view label, std::string_view text) { out += fmt::format("  {}  {}\n", dim(facts, fmt::format("{:<9}", label)), text); };

  std::size_t width = 0;
  for (const auto& backend : runtime.backends) width = std::max(width, backend.name.size());
  const std::string url = facts.origin + "/mcp";
  line("MCP URL", bold(facts, url));
  line("auth", incoming_line(runtime));
  bool first = true;
  for (const auto& backend : runtime.backends) {
    line(first ? "backends" : "", fmt::format("{}/{:<{}}  {}", url, backend.name, width, std::visit(Described{}, backend.strategy)));
    first = false;
  }
  if (runtime.auth_server) {
    first = true;
    for (const auto& upstream : runtime.auth_server->upstreams) {
      const auto builtin = facts.builtin_providers.find(upstream.name);
      line(first ? "providers" : "",
           builtin == facts.builtin_providers.end() ? upstream.name : fmt::format("{} (built in, {})", upstream.name, builtin->second));
      first = false;
    }
  }
  if (!runtime.backends.empty()) {
    out += fmt::format(
        "\n  Connect a client, then sign in when the browser opens:\n\n    claude mcp add --transport http {} {}\n    npx @modelcontextprotocol/inspector "
        "--transport http --server-url {}\n",
        runtime.name, url, url);
  }
  out += fmt::format("\n  {}\n\n", dim(facts, "Ctrl-C stops; kill -HUP re-reads the configuration."));
  return out;
}

}  // namespace vmcpauth::proxy
