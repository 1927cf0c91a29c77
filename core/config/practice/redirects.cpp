// VMA426: what ToolHive's operator makes of a redirect URI that is left out: {resourceUrl}/oauth/callback
// (cmd/thv-operator/pkg/controllerutil/authserver.go). The authorization server's routes are at the root of its origin
// (pkg/authserver/runner/embeddedauthserver.go); a path before them is an ingress', and then the issuer has it, too.
#include <fmt/format.h>

#include "core/base/encoding.hpp"
#include "core/base/url.hpp"
#include "core/config/practice/practice.hpp"
#include "core/config/practice/provider_pack.hpp"

namespace vmcpauth::config {
namespace {

constexpr std::string_view kCallbackRoute = "/oauth/callback";

std::string without_slash(std::string text) {
  while (text.ends_with('/')) text.pop_back();
  return text;
}

bool is_at(const Url& resource, const std::string& base) {
  const auto url = Url::parse(base);
  return url && url->origin() == resource.origin() && without_slash(url->path()) == without_slash(resource.path());
}

// `resource` is what the callback is made of: resourceUrl, or the service's URL when that is left out.
void check_left_out(const AuthServerSpec& server, const Text& resource, bool written, Diagnostics& diagnostics) {
  const auto url = Url::parse(resource.value);
  const auto issuer = Url::parse(server.issuer.value);
  if (!url || !issuer || issuer->is_loopback()) return;  // a loopback issuer is of no cluster
  const bool at_root = url->origin() == issuer->origin() && without_slash(url->path()).empty();
  if (at_root || is_at(*url, server.issuer.value) || is_at(*url, server.authorization_endpoint_base_url.value)) return;
  for (const auto& spec : server.upstreams.value) {
    const UpstreamView upstream(server, spec.value);
    if (!upstream.block().valid() || !upstream.redirect_uri().value.empty()) continue;
    diagnostics
        .report(Rule::RedirectDerived, upstream.block(),
                fmt::format("redirectUri is left out and becomes {}, where no authorization server waits",
                            quoted(without_slash(resource.value) + std::string(kCallbackRoute))))
        .with_label(resource.at, written ? "resourceUrl is set here" : "resourceUrl is left out here")
        .with_hint(fmt::format("redirectUri: {}{}", without_slash(printable(server.issuer.value, 200)), kCallbackRoute));
  }
}

}  // namespace

void check_redirects(const Inventory& inventory, const std::vector<ServerPlan>& plans, Diagnostics& diagnostics) {
  for (const auto& plan : plans) {
    if (plan.auth_server == nullptr || plan.spelling != Spelling::Manifest || !plan.incoming) continue;
    check_left_out(*plan.auth_server, plan.incoming->resource, plan.incoming->resource.key.valid(), diagnostics);
  }
  for (const auto& workload : inventory.workloads) {
    const auto& resource = workload.spec.oidc_config_ref->resource_url;
    if (resource.value.empty()) continue;  // an error of its own
    for (const auto* ref : {&workload.spec.external_auth_config_ref, &workload.spec.auth_server_ref}) {
      const auto* config = find(inventory.external_auth, ResourceKind::MCPExternalAuthConfig, workload.space(), (*ref)->name.value);
      if (config != nullptr && config->spec.embedded_auth_server) check_left_out(config->spec.embedded_auth_server.value, resource, true, diagnostics);
    }
  }
}

}  // namespace vmcpauth::config
