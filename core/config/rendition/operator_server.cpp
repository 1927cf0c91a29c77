#include "core/config/rendition/operator_server.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/base/duration.hpp"
#include "core/config/rendition/copied_fields.hpp"
#include "core/config/rendition/go_duration.hpp"
#include "core/config/rendition/operator_incoming.hpp"
#include "core/config/rendition/operator_strategy.hpp"

namespace vmcpauth::config::rendition {
namespace {

constexpr std::array<std::string_view, 3> kWorkloads{"MCPServer", "MCPRemoteProxy", "MCPServerEntry"};

// What mergo fills in where nothing is written (pkg/vmcp/config/defaults.go). Durations are printed as Go prints them.
constexpr CopiedField kTimeouts[] = {{"default", "default", Copy::Default, "30s"}, {"perWorkload", "perWorkload"}};
constexpr CopiedField kFailures[] = {{"healthCheckInterval", "healthCheckInterval", Copy::Default, "30s"},
                                     {"unhealthyThreshold", "unhealthyThreshold", Copy::Default, "3", NodeKind::Integer},
                                     {"healthCheckTimeout", "healthCheckTimeout"},
                                     {"statusReportingInterval", "statusReportingInterval", Copy::Default, "30s"},
                                     {"partialFailureMode", "partialFailureMode", Copy::Default, "fail"}};
constexpr CopiedField kBreaker[] = {{"enabled", "enabled", Copy::Flag},
                                    {"failureThreshold", "failureThreshold", Copy::Default, "5", NodeKind::Integer},
                                    {"timeout", "timeout", Copy::Default, "1m0s"}};

void normalise_durations(Tree& tree) {
  for (auto& [key, value] : tree.members) {
    normalise_durations(value);
    const bool duration = key == "default" || key == "timeout" || key.ends_with("Interval") || key.ends_with("Timeout");
    if (value.kind != NodeKind::String || !duration) continue;
    if (const auto parsed = parse_go_duration(value.text)) value.text = go_duration(*parsed);
  }
}

class ServerBuilder {
 public:
  ServerBuilder(const Manifest& server, const Manifests& manifests, Mounts& mounts)
      : server_(server), manifests_(manifests), mounts_(mounts), config_(at(server.spec, "config")) {
    const auto* upstreams = at(at(server_.spec, "authServerConfig"), "upstreamProviders");
    if (upstreams == nullptr || upstreams->items.empty()) return;
    const auto* name = at(&upstreams->items.front(), "name");
    first_upstream_ = name == nullptr ? Tree::string("default", Origin::Operator) : Tree::of(*name);
    several_upstreams_ = upstreams->items.size() > 1;
  }

  Tree build() {
    auto out = Tree::mapping();
    const auto* name = at(at(server_.document, "metadata"), "name");
    const auto* group = at(at(server_.spec, "groupRef"), "name");
    out.set("name", Tree::string(server_.name, Origin::Written, name == nullptr ? Span{} : name->at));
    if (group != nullptr) out.set("groupRef", Tree::of(*group));
    const bool inline_mode = text_at(at(server_.spec, "outgoingAuth"), "source") == "inline";
    if (inline_mode) out.set("backends", backends());
    if (at(server_.spec, "incomingAuth") != nullptr) out.set("incomingAuth", incoming_auth(server_, manifests_, mounts_));
    out.set("outgoingAuth", outgoing_auth(inline_mode));
    out.set("aggregation", aggregation());
    constexpr CopiedField kTools[] = {{"compositeTools", "compositeTools"}, {"compositeToolRefs", "compositeToolRefs"}};
    copy_fields(config_, kTools, out);
    out.set("operational", operational());
    constexpr CopiedField kMetadata[] = {{"metadata", "metadata"}};
    copy_fields(config_, kMetadata, out);
    add_audit(out);
    constexpr CopiedField kRest[] = {{"optimizer", "optimizer"}, {"codeMode", "codeMode"}};
    copy_fields(config_, kRest, out);
    add_session_storage(out);
    constexpr CopiedField kLimits[] = {{"rateLimiting", "rateLimiting"}};
    copy_fields(config_, kLimits, out);
    constexpr CopiedField kHeaders[] = {{"passthroughHeaders", "passthroughHeaders"}};
    copy_fields(config_, kHeaders, out);
    copy_fields(server_.spec, kHeaders, out);
    note_left_out();
    return out;
  }

 private:
  void note_left_out() {
    if (const auto* ref = at(server_.spec, "telemetryConfigRef")) {
      mounts_.left_out.push_back(fmt::format("telemetry, from MCPTelemetryConfig {}", text_at(ref, "name")));
    }
    if (const auto* ref = at(server_.spec, "embeddingServerRef"); ref != nullptr && at(config_, "optimizer") != nullptr) {
      mounts_.left_out.push_back(fmt::format("optimizer.embeddingService, the URL of EmbeddingServer {}", text_at(ref, "name")));
    }
    if (const auto* refs = at(config_, "compositeToolRefs")) {
      for (const auto& ref : refs->items)
        mounts_.left_out.push_back(fmt::format("compositeTools, from VirtualMCPCompositeToolDefinition {}", text_at(&ref, "name")));
    }
  }

  [[nodiscard]] std::vector<const Manifest*> group_members() const {
    const auto group = text_at(at(server_.spec, "groupRef"), "name");
    std::vector<const Manifest*> out;
    for (const auto& manifest : manifests_.all()) {
      const bool workload = std::find(kWorkloads.begin(), kWorkloads.end(), manifest.kind) != kWorkloads.end();
      if (workload && manifest.space == server_.space && text_at(at(manifest.spec, "groupRef"), "name") == group) out.push_back(&manifest);
    }
    return out;
  }

  // Static mode: what the operator finds in the group, with the URLs it gives its services.
  Tree backends() {
    auto out = Tree::list();
    for (const auto* member : group_members()) {
      auto entry = Tree::mapping();
      entry.set("name", Tree::string(member->name, Origin::Written, at(at(member->document, "metadata"), "name")->at));
      member->kind == "MCPServer" ? add_server(*member, entry) : add_remote(*member, entry);
      if (entry.find("transport") != nullptr) out.items.push_back(std::move(entry));
    }
    return out;
  }

  static std::int64_t port_of(const Manifest& member) {
    const auto* port = at(member.spec, "proxyPort");
    return port == nullptr ? 8080 : port->integer;
  }

  static void add_server(const Manifest& member, Tree& entry) {
    const auto* mode = at(member.spec, "proxyMode");
    const auto* transport = at(member.spec, "transport");
    const bool stdio = transport == nullptr || transport->text == "stdio";
    const std::string effective = stdio ? (mode == nullptr ? "streamable-http" : mode->text) : transport->text;
    const auto path = effective == "sse" ? "/sse#" + member.name : std::string("/mcp");
    entry.set("url",
              Tree::string(fmt::format("http://mcp-{}-proxy.{}.svc.cluster.local:{}{}", member.name, member.space, port_of(member), path), Origin::Operator));
    constexpr CopiedField kMode[] = {{"proxyMode", "transport", Copy::Default, "streamable-http"}};
    copy_fields(member.spec, kMode, entry);
  }

  void add_remote(const Manifest& member, Tree& entry) {
    if (member.kind == "MCPRemoteProxy") {
      entry.set("url",
                Tree::string(fmt::format("http://mcp-{}-remote-proxy.{}.svc.cluster.local:{}", member.name, member.space, port_of(member)), Origin::Operator));
      constexpr CopiedField kTransport[] = {{"transport", "transport", Copy::Default, "streamable-http"}};
      return copy_fields(member.spec, kTransport, entry);
    }
    constexpr CopiedField kEntry[] = {{"remoteUrl", "url"}, {"transport", "transport"}};
    copy_fields(member.spec, kEntry, entry);
    entry.set("type", Tree::string("entry", Origin::Operator));
    const auto* bundle = at(at(member.spec, "caBundleRef"), "configMapRef");
    if (bundle == nullptr) return;
    const auto key = text_at(bundle, "key").empty() ? std::string("ca.crt") : std::string(text_at(bundle, "key"));
    auto path = fmt::format("/etc/toolhive/ca-bundles/{}/{}", member.name, key);
    mounts_.files.push_back({path, fmt::format("ConfigMap {}, key {}", text_at(bundle, "name"), key)});
    entry.set("caBundlePath", Tree::string(std::move(path), Origin::Operator, bundle->at));
  }

  std::optional<Tree> referred_strategy(const Node* ref) {
    if (ref == nullptr) return std::nullopt;
    const auto* external = manifests_.find("MCPExternalAuthConfig", server_.space, text_at(ref, "name"));
    if (external != nullptr) return strategy_of(*external, mounts_);
    const auto* name = at(ref, "name");
    mounts_.missing.push_back({"MCPExternalAuthConfig", std::string(text_at(ref, "name")), name != nullptr ? name->at : ref->at});
    return std::nullopt;
  }

  std::optional<Tree> backend_strategy(const Node& backend) {
    if (text_at(&backend, "type") == "externalAuthConfigRef") return referred_strategy(at(&backend, "externalAuthConfigRef"));
    auto out = Tree::mapping();
    out.set("type", Tree::string("unauthenticated", Origin::Operator, at(&backend, "type") == nullptr ? Span{} : at(&backend, "type")->at));
    return out;
  }

  Tree outgoing_auth(bool inline_mode) {
    const auto* outgoing = at(server_.spec, "outgoingAuth");
    auto out = Tree::mapping();
    constexpr CopiedField kSource[] = {{"source", "source", Copy::Default, "discovered"}};
    copy_fields(outgoing, kSource, out);
    const auto finished = [&](std::optional<Tree> strategy) {
      // Only static mode writes the subject provider down; in discovered mode the server fills it in when it starts.
      if (strategy && inline_mode && first_upstream_) add_subject_provider(*strategy, *first_upstream_, several_upstreams_);
      return strategy;
    };
    if (const auto* fallback = at(outgoing, "default")) {
      if (auto strategy = finished(backend_strategy(*fallback))) out.set("default", *std::move(strategy));
    }
    auto by_backend = Tree::mapping();
    if (inline_mode) {
      for (const auto* member : group_members()) {
        if (auto strategy = finished(referred_strategy(at(member->spec, "externalAuthConfigRef")))) by_backend.set(member->name, *std::move(strategy));
      }
    }
    if (const auto* backends = at(outgoing, "backends")) {
      for (const auto& backend : backends->members) {
        if (auto strategy = finished(backend_strategy(backend.value))) by_backend.set(backend.key, *std::move(strategy));
      }
    }
    if (!by_backend.members.empty()) out.set("backends", std::move(by_backend));
    return out;
  }

  [[nodiscard]] Tree aggregation() const {
    const auto* written = at(config_, "aggregation");
    constexpr CopiedField kFields[] = {{"conflictResolution", "conflictResolution", Copy::Default, "prefix"},
                                       {"conflictResolutionConfig", "conflictResolutionConfig"},
                                       {"tools", "tools"},
                                       {"excludeAllTools", "excludeAllTools", Copy::Flag},
                                       {"defaultToolVisibility", "defaultToolVisibility"}};
    auto out = Tree::mapping();
    copy_fields(written, kFields, out);
    if (auto* tools = out.find("tools")) {
      for (auto& entry : tools->items) add_tool_config(entry);
    }
    if (out.find("conflictResolutionConfig") != nullptr || out.find("conflictResolution")->text != "prefix") return out;
    auto prefix = Tree::mapping();
    prefix.set("prefixFormat", Tree::string("{workload}_", Origin::Default));
    out.set("conflictResolutionConfig", std::move(prefix));
    return out;
  }

  // The reference is gone; what is written beside it goes before what it leads to.
  void add_tool_config(Tree& entry) const {
    const auto* ref = entry.find("toolConfigRef");
    if (ref == nullptr) return;
    const auto* name = ref->find("name");
    const std::string wanted = name == nullptr ? std::string() : name->text;
    const auto at_ref = name == nullptr ? Span{} : name->at;
    std::erase_if(entry.members, [](const auto& member) { return member.key == "toolConfigRef"; });
    const auto* config = manifests_.find("MCPToolConfig", server_.space, wanted);
    if (config == nullptr) {
      mounts_.missing.push_back({"MCPToolConfig", wanted, at_ref});
      return;
    }
    const auto* filter = at(config->spec, "toolsFilter");
    const auto* own = entry.find("filter");
    if (filter != nullptr && (own == nullptr || own->empty_collection())) entry.set("filter", Tree::of(*filter));
    const auto* overrides = at(config->spec, "toolsOverride");
    if (overrides == nullptr) return;
    auto merged = entry.find("overrides") == nullptr ? Tree::mapping() : *entry.find("overrides");
    for (const auto& member : overrides->members) {
      if (merged.find(member.key) == nullptr) merged.set(member.key, Tree::of(member.value));
    }
    entry.set("overrides", std::move(merged));
  }

  [[nodiscard]] Tree operational() const {
    const auto* written = at(config_, "operational");
    auto out = Tree::mapping();
    constexpr CopiedField kLevel[] = {{"logLevel", "logLevel"}};
    copy_fields(written, kLevel, out);
    auto timeouts = Tree::mapping();
    copy_fields(at(written, "timeouts"), kTimeouts, timeouts);
    out.set("timeouts", std::move(timeouts));
    auto failures = Tree::mapping();
    const auto* handling = at(written, "failureHandling");
    copy_fields(handling, kFailures, failures);
    auto breaker = Tree::mapping();
    copy_fields(at(handling, "circuitBreaker"), kBreaker, breaker);
    failures.set("circuitBreaker", std::move(breaker));
    out.set("failureHandling", std::move(failures));
    normalise_durations(out);
    return out;
  }

  void add_audit(Tree& out) const {
    const auto* audit = at(config_, "audit");
    if (audit == nullptr) return;
    auto& block = out.set("audit", Tree::of(*audit));
    if (block.find("component") == nullptr) block.set("component", Tree::string(server_.name, Origin::Operator));
  }

  void add_session_storage(Tree& out) const {
    const auto* storage = at(server_.spec, "sessionStorage");
    if (text_at(storage, "provider") != "redis") return;
    constexpr CopiedField kFields[] = {{"provider", "provider"}, {"address", "address"}, {"db", "db"}, {"keyPrefix", "keyPrefix"}};
    auto block = Tree::mapping();
    copy_fields(storage, kFields, block);
    if (const auto* password = at(storage, "passwordRef")) {
      mounts_.variables.push_back({"THV_SESSION_REDIS_PASSWORD", fmt::format("Secret {}, key {}", text_at(password, "name"), text_at(password, "key"))});
    }
    out.set("sessionStorage", std::move(block));
  }

  const Manifest& server_;
  const Manifests& manifests_;
  Mounts& mounts_;
  const Node* config_;
  std::optional<Tree> first_upstream_;
  bool several_upstreams_ = false;
};

}  // namespace

Tree server_config(const Manifest& server, const Manifests& manifests, Mounts& mounts) { return ServerBuilder(server, manifests, mounts).build(); }

}  // namespace vmcpauth::config::rendition
