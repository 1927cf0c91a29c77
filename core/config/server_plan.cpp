#include "core/config/server_plan.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/encoding.hpp"
#include "core/config/decoder.hpp"

namespace vmcpauth::config {
namespace {

std::vector<std::string_view> names_of(const Inventory& inventory, ResourceKind kind, std::string_view space) {
  std::vector<std::string_view> out;
  inventory.external_auth.collect_names(kind, space, out);
  inventory.oidc_configs.collect_names(kind, space, out);
  inventory.groups.collect_names(kind, space, out);
  inventory.authz_configs.collect_names(kind, space, out);
  inventory.tool_configs.collect_names(kind, space, out);
  inventory.data.collect_names(kind, space, out);
  return out;
}

std::string strip_slash(std::string text) {
  while (text.ends_with('/')) text.pop_back();
  return text;
}

class Planner {
 public:
  Planner(const Resource<VirtualServerSpec>& server, const Inventory& inventory, Purpose purpose, Diagnostics& diagnostics)
      : server_(server), inventory_(inventory), purpose_(purpose), diagnostics_(diagnostics) {}

  ServerPlan plan() {
    plan_.name = server_.name();
    plan_.space = server_.space();
    plan_.at = server_.meta.name.at;
    plan_incoming();
    plan_auth_server();
    plan_strategies();
    plan_backends();
    const auto& promoted = server_.spec.passthrough_headers;
    plan_.passthrough_headers = promoted && !promoted->empty() ? promoted : server_.spec.config->passthrough_headers;
    plan_aggregation();
    plan_.operational = server_.spec.config->operational;
    plan_unserved();
    return std::move(plan_);
  }

 private:
  void plan_incoming() {
    const auto& incoming = server_.spec.incoming;
    plan_.incoming_type = incoming->type;
    const auto& ref = incoming->oidc_config_ref;
    if (incoming->type.value != "oidc") return;
    plan_.incoming_unknown = true;
    if (!ref) {
      if (!ref.key.valid()) {
        diagnostics_.report(Rule::IncomingAuth, incoming->type.at, "incoming authentication of type oidc needs oidcConfigRef")
            .with_hint("oidcConfigRef:\n  name: NAME-OF-A-MCPOIDCConfig\n  audience: URL-OF-THIS-SERVER");
      }
      return;
    }
    const auto* config = find(inventory_.oidc_configs, ResourceKind::MCPOIDCConfig, server_.space(), ref->name.value);
    if (config == nullptr) {
      report_missing(ResourceKind::MCPOIDCConfig, server_.space(), ref->name, inventory_, purpose_, diagnostics_);
      return;
    }
    plan_.incoming = follow(*config, *ref);
    plan_.incoming_unknown = !plan_.incoming.has_value();
  }

  // As the operator's OIDC resolver does: the shared configuration, with audience, scopes and resource of the reference.
  std::optional<OidcIncomingSpec> follow(const Resource<OidcConfigSpec>& config, const OidcConfigRef& ref) {
    OidcIncomingSpec out;
    if (config.spec.inline_config) {
      out = config.spec.inline_config.value;
    } else if (config.spec.type.value == "kubernetesServiceAccount") {
      const auto& account = config.spec.service_account.value;
      out.issuer = account.issuer ? account.issuer : Text{.value = "https://kubernetes.default.svc", .at = config.spec.type.at, .key = {}, .present = true};
      out.jwks_url = account.jwks_url;
      out.introspection_url = account.introspection_url;
      out.jwks_allow_private_ip = {.value = !account.use_cluster_auth || account.use_cluster_auth.value, .at = {}, .key = {}, .present = true};
    } else {
      return std::nullopt;
    }
    out.audience = ref.audience;
    out.scopes = ref.scopes;
    out.resource = ref.resource_url;
    if (out.resource.value.empty()) {
      constexpr int kProxyPort = 4483;
      out.resource = {.value = fmt::format("http://{}.{}.svc.cluster.local:{}", server_.name(), server_.space(), kProxyPort),
                      .at = ref.name.at,
                      .key = {},
                      .present = true};
    }
    return out;
  }

  void plan_auth_server() {
    if (!server_.spec.auth_server) return;
    plan_.auth_server = &server_.spec.auth_server.value;
    plan_.auth_server_at = server_.spec.auth_server.key;
    if (!plan_.incoming) return;
    const auto& resource = plan_.incoming->resource;
    plan_.allowed_audiences = {.value = {resource}, .at = resource.at, .key = resource.at, .present = true};
    plan_.redirect_base = strip_slash(resource.value);
    if (!plan_.incoming->scopes->empty()) plan_.scopes_supported = values(plan_.incoming->scopes);
  }

  StrategyPlan follow(const Text& ref) {
    const auto* config = find(inventory_.external_auth, ResourceKind::MCPExternalAuthConfig, server_.space(), ref.value);
    if (config == nullptr) {
      report_missing(ResourceKind::MCPExternalAuthConfig, server_.space(), ref, inventory_, purpose_, diagnostics_);
      return {nullptr, ref.at};
    }
    return {&config->spec, ref.at};
  }

  StrategyPlan plan_strategy(const Setting<BackendAuthSpec>& auth) {
    if (auth->type.value != "externalAuthConfigRef") return {nullptr, auth.at};
    if (auth->external_auth_config_ref) return follow(auth->external_auth_config_ref->name);
    if (!auth->external_auth_config_ref.key.valid()) {
      diagnostics_.report(Rule::TypeBlockMismatch, auth->type.at, "type externalAuthConfigRef needs the block externalAuthConfigRef");
    }
    return {nullptr, auth.at};
  }

  void plan_strategies() {
    const auto& outgoing = server_.spec.outgoing;
    if (outgoing->fallback) plan_.strategies.push_back({"default", outgoing->fallback.key, plan_strategy(outgoing->fallback)});
    for (const auto& [name, auth] : outgoing->backends.value) plan_.strategies.push_back({name.value, name.at, plan_strategy(auth)});
  }

  [[nodiscard]] StrategyPlan configured_for(std::string_view backend) const {
    for (const auto& entry : plan_.strategies) {
      if (entry.name == backend && backend != "default") return entry.strategy;
    }
    for (const auto& entry : plan_.strategies) {
      if (entry.name == "default") return entry.strategy;
    }
    return {nullptr, server_.spec.outgoing.key};
  }

  void plan_backends() {
    const auto& group = server_.spec.group_ref;
    const bool discovered = !server_.spec.outgoing || server_.spec.outgoing->source.value != "inline";
    if (group) {
      if (find(inventory_.groups, ResourceKind::MCPGroup, server_.space(), group->name.value) == nullptr) {
        // Its members are what counts; running does not need the group itself.
        report_missing(ResourceKind::MCPGroup, server_.space(), group->name, inventory_, Purpose::Check, diagnostics_);
      }
      for (const auto& workload : inventory_.workloads) {
        if (workload.space() == server_.space() && workload.spec.group_ref && workload.spec.group_ref->name.value == group->name.value) {
          plan_.backends.push_back(plan_workload(workload, discovered));
          plan_own_tools(workload);
          members_.push_back(&workload);
        }
      }
    }
    for (const auto& backend : server_.spec.config->backends.value) {
      plan_.backends.push_back({.name = backend->name,
                                .url = backend->url,
                                .transport = backend->transport,
                                .ca_bundle_path = backend->ca_bundle_path,
                                .strategy = configured_for(backend->name.value)});
    }
    // Without any member in sight the group is probably elsewhere.
    plan_.backends_known = !plan_.backends.empty();
    if (plan_.backends.empty()) {
      diagnostics_.report(Rule::NoBackends, group ? group->name.at : plan_.at, fmt::format("no backend of {} is in the input", plan_.name))
          .with_hint("MCPServer, MCPRemoteProxy and MCPServerEntry resources whose groupRef names the same group are its backends")
          .with_severity(purpose_ == Purpose::Serve ? Severity::Warning : Severity::Note);
    }
  }

  // The operator refuses a server whose MCPToolConfig is missing: more tools than wanted must not be seen.
  void plan_aggregation() {
    plan_.aggregation = server_.spec.config->aggregation;
    for (auto& tools : plan_.aggregation.value.tools.value) {
      if (const auto* shared = tool_config(tools->tool_config_ref->name)) add_shared(tools.value, shared->spec);
    }
  }

  void plan_unserved() {
    const auto& incoming = server_.spec.incoming.value;
    WrittenFields policies = incoming.unserved;
    if (incoming.authz_config_ref) policies.push_back({"authzConfigRef", incoming.authz_config_ref.key});
    add_unserved(plan_.unserved, UnservedOf::Server, "spec.incomingAuth.", policies);
    add_unserved(plan_.unserved, UnservedOf::Server, "spec.", server_.spec.unserved);
    add_unserved(plan_.unserved, UnservedOf::Server, "spec.config.", server_.spec.config->unserved);
    for (const auto* workload : members_) {
      WrittenFields written = workload->spec.unserved;
      if (workload->spec.inline_authz.valid()) written.push_back({"authzConfig", workload->spec.inline_authz});
      if (workload->spec.authz_config_ref) written.push_back({"authzConfigRef", workload->spec.authz_config_ref.key});
      add_unserved(plan_.unserved, UnservedOf::Workload, fmt::format("{}/{}: spec.", to_string(workload->kind), workload->name()), written);
    }
  }

  // The proxy before a backend filters and renames its tools; what the aggregation says of them comes after that.
  void plan_own_tools(const Resource<WorkloadSpec>& workload) {
    const auto& ref = workload.spec.tool_config_ref;
    if (!ref) return;
    const auto* found = find(inventory_.tool_configs, ResourceKind::MCPToolConfig, workload.space(), ref->name.value);
    if (found == nullptr) return;  // reported with the workload itself
    auto& tools = plan_.own_tools.value.emplace_back();
    tools.present = true;
    tools.at = tools.key = ref.key;
    tools.value.workload = workload.meta.name;
    tools.value.tool_config_ref = {.value = {.name = ref->name}, .at = ref.at, .key = ref.key, .present = true};
    add_shared(tools.value, found->spec);
  }

  const Resource<ToolConfigSpec>* tool_config(const Text& name) {
    if (!name) return nullptr;
    const auto* found = find(inventory_.tool_configs, ResourceKind::MCPToolConfig, server_.space(), name.value);
    if (found == nullptr) report_missing(ResourceKind::MCPToolConfig, server_.space(), name, inventory_, purpose_, diagnostics_);
    return found;
  }

  BackendPlan plan_workload(const Resource<WorkloadSpec>& workload, bool discovered) {
    const auto& spec = workload.spec;
    BackendPlan backend{.name = workload.meta.name,
                        .url = spec.remote_url,
                        .transport = spec.transport,
                        .ca_bundle_path = {},
                        .strategy = configured_for(workload.name()),
                        .kind = to_string(workload.kind)};
    // A stdio server is reached through its proxy.
    if (workload.kind == ResourceKind::MCPServer && (!spec.transport || spec.transport.value == "stdio")) backend.transport = spec.proxy_mode;
    if (discovered && spec.external_auth_config_ref) {
      const auto own = find(inventory_.external_auth, ResourceKind::MCPExternalAuthConfig, workload.space(), spec.external_auth_config_ref->name.value);
      // A missing one is reported with the workload itself.
      if (own != nullptr) backend.strategy = {&own->spec, spec.external_auth_config_ref->name.at};
    }
    if (spec.header_forward) backend.headers = &spec.header_forward.value;
    if (spec.ca_bundle) backend.ca_bundle = &spec.ca_bundle.value;
    return backend;
  }

  const Resource<VirtualServerSpec>& server_;
  const Inventory& inventory_;
  Purpose purpose_;
  Diagnostics& diagnostics_;
  ServerPlan plan_;
  std::vector<const Resource<WorkloadSpec>*> members_;  // of the group
};

template <class T>
void report_unused(const std::pair<Text, T>& entry, std::string_view what, const std::vector<std::string_view>& known, Diagnostics& diagnostics) {
  auto& finding = diagnostics.report(Rule::UnusedOverlayEntry, entry.first.at, fmt::format("no {} is called \"{}\"", what, printable(entry.first.value, 100)));
  const auto nearest = nearest_name(entry.first.value, known);
  if (!nearest.empty()) finding.with_hint(fmt::format("did you mean \"{}\"?", nearest));
}

}  // namespace

ServerPlan plan_server(const Resource<VirtualServerSpec>& server, const Inventory& inventory, Purpose purpose, Diagnostics& diagnostics) {
  return Planner(server, inventory, purpose, diagnostics).plan();
}

ServerPlan plan_server(const RuntimeFile& file, const Inventory& inventory) {
  const ServerSpec& spec = file.spec;
  ServerPlan plan;
  plan.name = spec.name.value;
  plan.folder = file.folder;
  plan.at = file.at;
  plan.spelling = Spelling::RunConfig;
  plan.incoming_type = spec.incoming->type;
  if (spec.incoming->type.value == "oidc" && spec.incoming->oidc) plan.incoming = spec.incoming->oidc.value;
  plan.incoming_unknown = spec.incoming->type.value == "oidc" && !plan.incoming;
  plan.auth_server_unknown = std::find(inventory.unread_folders.begin(), inventory.unread_folders.end(), file.folder) != inventory.unread_folders.end();
  for (const auto& beside : inventory.auth_server_files) {
    if (beside.folder != file.folder) continue;
    plan.auth_server = &beside.spec;
    plan.auth_server_at = beside.at;
    plan.auth_server_unknown = false;
    plan.allowed_audiences = beside.spec.allowed_audiences;
    plan.redirect_base = strip_slash(beside.spec.issuer.value);
    if (!beside.spec.scopes_supported->empty()) plan.scopes_supported = values(beside.spec.scopes_supported);
  }
  const auto& outgoing = spec.outgoing.value;
  StrategyPlan fallback{nullptr, spec.outgoing.key};
  if (outgoing.fallback) {
    fallback = {&outgoing.fallback.value, outgoing.fallback->type.at};
    plan.strategies.push_back({"default", outgoing.fallback.key, fallback});
  }
  for (const auto& [name, strategy] : outgoing.backends.value) plan.strategies.push_back({name.value, name.at, {&strategy.value, strategy->type.at}});
  for (const auto& backend : spec.backends.value) {
    BackendPlan entry{
        .name = backend->name, .url = backend->url, .transport = backend->transport, .ca_bundle_path = backend->ca_bundle_path, .strategy = fallback};
    for (const auto& strategy : plan.strategies) {
      if (strategy.name == backend->name.value && strategy.name_at != outgoing.fallback.key) entry.strategy = strategy.strategy;
    }
    plan.backends.push_back(std::move(entry));
  }
  // Without fixed backends the members of the group are found when the server runs.
  plan.backends_known = !plan.backends.empty();
  plan.passthrough_headers = spec.passthrough_headers;
  plan.aggregation = spec.aggregation;
  plan.operational = spec.operational;
  add_unserved(plan.unserved, UnservedOf::Server, "incomingAuth.", spec.incoming->unserved);
  add_unserved(plan.unserved, UnservedOf::Server, "", spec.unserved);
  return plan;
}

void apply_overlay(ServerPlan& plan, const Overlay& overlay, Diagnostics& diagnostics) {
  std::vector<std::string_view> backends;
  for (auto& backend : plan.backends) {
    backends.push_back(backend.name.value);
    const auto* local = overlay.backend(backend.name.value);
    if (local == nullptr) continue;
    if (local->url) backend.url = local->url;
    if (local->transport) backend.transport = local->transport;
    if (local->ca_bundle) backend.ca_bundle_path = local->ca_bundle;
    if (local->strategy) backend.strategy = {&local->strategy.value, local->strategy->type.at};
  }
  for (const auto& entry : overlay.backends.value) {
    if (std::find(backends.begin(), backends.end(), entry.first.value) != backends.end()) continue;
    report_unused(entry, "backend", backends, diagnostics);
  }
  const auto upstreams = upstream_names(plan.auth_server);
  const std::vector<std::string_view> known(upstreams.begin(), upstreams.end());
  for (const auto& entry : overlay.upstreams.value) {
    if (std::find(known.begin(), known.end(), entry.first.value) == known.end()) report_unused(entry, "upstream", known, diagnostics);
  }
  for (const auto& [name, extra] : overlay.extra_backends.value) {
    BackendPlan backend{.name = name,
                        .url = extra->url,
                        .transport = extra->transport,
                        .ca_bundle_path = extra->ca_bundle,
                        .strategy = {extra->strategy ? &extra->strategy.value : nullptr, extra->strategy ? extra->strategy->type.at : name.at}};
    if (std::find(backends.begin(), backends.end(), name.value) != backends.end()) {
      diagnostics.report(Rule::DuplicateEntry, name.at, fmt::format("there is a backend \"{}\" already", printable(name.value, 100)))
          .with_hint(fmt::format("use [backends.{}] to change where it is reached", printable(name.value, 100)));
      continue;
    }
    plan.strategies.push_back({name.value, name.at, backend.strategy});
    plan.backends.push_back(std::move(backend));
    plan.backends_known = true;
  }
}

std::string upstream_name(const UpstreamSpec& upstream) { return upstream.name.value.empty() ? "default" : upstream.name.value; }

std::vector<std::string> upstream_names(const AuthServerSpec* server) {
  std::vector<std::string> out;
  if (server == nullptr) return out;
  for (const auto& upstream : server->upstreams.value) out.push_back(upstream_name(upstream.value));
  return out;
}

void report_missing(ResourceKind kind, std::string_view space, const Text& name, const Inventory& inventory, Purpose purpose, Diagnostics& diagnostics) {
  if (name.value.empty()) return;  // reported by the decoder
  const auto known = names_of(inventory, kind, space);
  const bool expected = !known.empty() || purpose == Purpose::Serve;
  auto& finding = diagnostics
                      .report(Rule::MissingResource, name.at,
                              fmt::format("the {} \"{}\" is not in the input (namespace {})", to_string(kind), printable(name.value, 100), space))
                      .with_severity(expected ? Severity::Error : Severity::Note);
  const auto nearest = nearest_name(name.value, known);
  if (!nearest.empty()) finding.with_hint(fmt::format("did you mean \"{}\"?", nearest));
}

}  // namespace vmcpauth::config
