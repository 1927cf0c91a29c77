// Every resource by itself, and whether what it refers to is there.
#include <fmt/format.h>

#include "core/base/encoding.hpp"
#include "core/config/byte_diff.hpp"
#include "core/config/decoder.hpp"
#include "core/config/rules.hpp"

namespace vmcpauth::config {
namespace {

class ResourceCheck {
 public:
  ResourceCheck(const Inventory& inventory, const Overlay& overlay, Purpose purpose, Diagnostics& diagnostics)
      : inventory_(inventory), overlay_(overlay), purpose_(purpose), diagnostics_(diagnostics) {}

  void run() {
    for (const auto& config : inventory_.external_auth) check_external_auth(config);
    for (const auto& config : inventory_.oidc_configs) check_oidc_config(config);
    for (const auto& workload : inventory_.workloads) check_workload(workload);
    for (const auto& server : inventory_.servers) {
      if (server.spec.auth_server) check_auth_server_secrets(server.spec.auth_server.value, server.space());
      follow(inventory_.authz_configs, ResourceKind::MCPAuthzConfig, server.space(), server.spec.incoming->authz_config_ref->name);
    }
    for (const auto& file : inventory_.runtime_files) check_runtime(file.spec);
    for (const auto& [name, extra] : overlay_.extra_backends.value) {
      if (extra->strategy) check_strategy(extra->strategy.value, name.at, Spelling::RunConfig, diagnostics_);
    }
    for (const auto& [name, backend] : overlay_.backends.value) {
      if (backend->strategy) check_strategy(backend->strategy.value, name.at, Spelling::RunConfig, diagnostics_);
    }
    for (const auto& file : inventory_.auth_server_files) {
      if (!has_runtime(file.folder)) check_lone_auth_server(file);
    }
  }

 private:
  [[nodiscard]] bool has_runtime(std::string_view folder) const {
    for (const auto& file : inventory_.runtime_files) {
      if (file.folder == folder) return true;
    }
    return false;
  }

  void check_lone_auth_server(const AuthServerFile& file) {
    AuthServerContext context{.allowed_audiences = &file.spec.allowed_audiences};
    const auto supported = values(file.spec.scopes_supported);
    if (!supported.empty()) context.scopes_supported = &supported;
    check_auth_server(file.spec, file.at, context, diagnostics_);
  }

  void check_runtime(const ServerSpec& spec) {
    const auto& outgoing = spec.outgoing.value;
    if (outgoing.fallback) check_strategy(outgoing.fallback.value, outgoing.fallback.key, Spelling::RunConfig, diagnostics_);
    for (const auto& [name, strategy] : outgoing.backends.value) check_strategy(strategy.value, name.at, Spelling::RunConfig, diagnostics_);
    for (const auto& backend : spec.backends.value) {
      if (!backend->ca_bundle_path || backend->type.value == "entry") continue;
      diagnostics_.report(Rule::TypeBlockMismatch, backend->ca_bundle_path.key, "caBundlePath is for backends of type entry only");
    }
  }

  void check_external_auth(const Resource<StrategySpec>& config) {
    const auto& spec = config.spec;
    check_strategy(spec, config.at, Spelling::Manifest, diagnostics_);
    if (spec.embedded_auth_server) {
      check_auth_server(spec.embedded_auth_server.value, spec.embedded_auth_server.key, {.scopes_known = false}, diagnostics_);
      check_auth_server_secrets(spec.embedded_auth_server.value, config.space());
    }
    check_secret(spec.token_exchange->client_secret, config.space());
    check_secret(spec.header_injection->value, config.space());
    check_secret(spec.bearer_token->token, config.space());
    check_secret(spec.xaa->idp_client_secret, config.space());
    check_secret(spec.xaa->target_client_secret, config.space());
    check_secret(spec.obo->client_secret, config.space());
  }

  void check_oidc_config(const Resource<OidcConfigSpec>& config) {
    const BlockChoice choices[] = {{"inline", "inline", config.spec.inline_config.key},
                                   {"kubernetesServiceAccount", "kubernetesServiceAccount", config.spec.service_account.key}};
    check_blocks(config.spec.type, choices, config.at, Severity::Error, diagnostics_);
    check_secret(config.spec.inline_config->client_secret, config.space());
    check_ca_bundle(config.spec.inline_config->ca_bundle, config.space());
  }

  template <class Spec>
  const Resource<Spec>* follow(const ResourceList<Spec>& list, ResourceKind kind, std::string_view space, const Text& name) {
    if (!name) return nullptr;
    const auto* found = find(list, kind, space, name.value);
    if (found == nullptr) report_missing(kind, space, name, inventory_, Purpose::Check, diagnostics_);
    return found;
  }

  void check_workload(const Resource<WorkloadSpec>& workload) {
    const auto& spec = workload.spec;
    const auto space = workload.space();
    follow(inventory_.groups, ResourceKind::MCPGroup, space, spec.group_ref->name);
    follow(inventory_.oidc_configs, ResourceKind::MCPOIDCConfig, space, spec.oidc_config_ref->name);
    const auto* auth = follow(inventory_.external_auth, ResourceKind::MCPExternalAuthConfig, space, spec.external_auth_config_ref->name);
    const auto* server = follow(inventory_.external_auth, ResourceKind::MCPExternalAuthConfig, space, spec.auth_server_ref->name);
    if (auth != nullptr && kind_of(auth->spec) == StrategyKind::EmbeddedAuthServer)
      check_own_auth_server(workload, *auth, spec.external_auth_config_ref->name.at);
    if (server != nullptr) {
      if (kind_of(server->spec) == StrategyKind::EmbeddedAuthServer) {
        check_own_auth_server(workload, *server, spec.auth_server_ref->name.at);
        if (auth != nullptr && kind_of(auth->spec) == StrategyKind::EmbeddedAuthServer) {
          diagnostics_
              .report(Rule::ExclusiveFields, spec.external_auth_config_ref->name.at,
                      "authServerRef and externalAuthConfigRef both name an authorization server")
              .with_label(spec.auth_server_ref->name.at, "authServerRef is set here");
        }
      } else {
        diagnostics_
            .report(Rule::WrongKindOfConfig, spec.auth_server_ref->name.at, "authServerRef must name a MCPExternalAuthConfig of type embeddedAuthServer")
            .with_label(server->spec.type.at, "the type is set here");
      }
    }
    follow(inventory_.authz_configs, ResourceKind::MCPAuthzConfig, space, spec.authz_config_ref->name);
    if (spec.inline_authz.valid() && spec.authz_config_ref.key.valid()) {
      diagnostics_.report(Rule::ExclusiveFields, spec.authz_config_ref.key, "authzConfig and authzConfigRef exclude each other")
          .with_label(spec.inline_authz, "authzConfig is written here");
    }
    check_ca_bundle(spec.ca_bundle, space);
    for (const auto& [name, value] : spec.header_forward->plaintext.value) check_injected_header(name, diagnostics_);
    for (const auto& header : spec.header_forward->from_secret.value) {
      check_injected_header(header->header_name, diagnostics_);
      check_secret(header->value, space);
    }
  }

  // An MCPServer's or MCPRemoteProxy's own authorization server: one upstream, and audience = resource.
  void check_own_auth_server(const Resource<WorkloadSpec>& workload, const Resource<StrategySpec>& config, Span at) {
    if (workload.kind == ResourceKind::MCPServerEntry) {
      diagnostics_.report(Rule::WrongKindOfConfig, at, "an MCPServerEntry cannot have an authorization server")
          .with_label(config.spec.type.at, "the type is set here");
      return;
    }
    const auto& upstreams = config.spec.embedded_auth_server->upstreams;
    if (upstreams->size() > 1) {
      diagnostics_
          .report(Rule::TooManyUpstreams, at,
                  fmt::format("{} can log users in at one upstream only; \"{}\" has {}", to_string(workload.kind), config.name(), upstreams->size()))
          .with_label(upstreams.key, "the upstreams are defined here")
          .with_hint("several upstreams need a VirtualMCPServer");
    }
    check_own_issuer(config.spec.embedded_auth_server->issuer, workload);
    const auto& ref = workload.spec.oidc_config_ref;
    if (!ref) {
      diagnostics_.report(Rule::AuthServerNeedsOidc, at, fmt::format("with an authorization server {} needs oidcConfigRef", to_string(workload.kind)));
    } else if (ref->resource_url.value.empty()) {
      diagnostics_.report(Rule::AudienceNotResource, ref.key, "with an authorization server oidcConfigRef needs resourceUrl")
          .with_label(at, "the authorization server is used here");
    } else if (ref->audience && ref->audience.value != ref->resource_url.value) {
      diagnostics_.report(Rule::AudienceNotResource, ref->audience.at, "with an authorization server audience and resourceUrl must be equal")
          .with_label(ref->resource_url.at, "resourceUrl is set here")
          .with_hint(byte_difference({"audience", ref->audience.value}, {"resourceUrl", ref->resource_url.value}));
    }
  }

  // V-04 for a server by itself: its tokens name its own authorization server, and are checked against the referenced issuer.
  void check_own_issuer(const Text& issuer, const Resource<WorkloadSpec>& workload) {
    const auto* config = find(inventory_.oidc_configs, ResourceKind::MCPOIDCConfig, workload.space(), workload.spec.oidc_config_ref->name.value);
    if (config == nullptr || !issuer) return;
    const auto& incoming = config->spec.inline_config->issuer;
    if (!incoming || incoming.value == issuer.value) return;
    diagnostics_
        .report(Rule::IssuerMismatch, incoming.at,
                fmt::format("the incoming issuer {} is not the authorization server's {}", quoted(incoming.value), quoted(issuer.value)))
        .with_label(issuer.at, "the authorization server's issuer is defined here")
        .with_label(workload.spec.oidc_config_ref->name.at, fmt::format("{} uses both", workload.name()))
        .with_hint(byte_difference({"incoming issuer", incoming.value}, {"authorization server", issuer.value}));
  }

  void check_ca_bundle(const Setting<CaBundleSpec>& bundle, std::string_view space) {
    const auto& ref = bundle->config_map;
    if (!ref || !ref->name) return;
    const auto* map = follow(inventory_.data, ResourceKind::ConfigMap, space, ref->name);
    const std::string key = ref->key.value.empty() ? "ca.crt" : ref->key.value;
    if (map != nullptr) check_key(*map, key, ref->key.at.valid() ? ref->key.at : ref.key);
  }

  void check_auth_server_secrets(const AuthServerSpec& server, std::string_view space) {
    for (const auto& ref : server.signing_key_refs.value) check_ref(ref.value, space);
    for (const auto& ref : server.hmac_secret_refs.value) {
      check_ref(ref.value, space);
      check_length(ref.value, space, "an HMAC secret");
    }
    for (const auto& upstream : server.upstreams.value) {
      check_secret(upstream->oidc->client_secret, space);
      check_secret(upstream->oauth2->client_secret, space);
      check_secret(upstream->oauth2->dcr->initial_access_token, space);
    }
    for (const auto& client : server.delegate_clients.value) {
      check_secret(client->client_secret, space);
      check_length(client->client_secret.ref.value, space, "the secret of a delegate client");
    }
  }

  // Only what is in the input; when running, the value that is used is measured.
  void check_length(const SecretKeyRef& ref, std::string_view space, std::string_view what) {
    constexpr std::size_t kShortest = 32;
    const auto* secret = find(inventory_.data, ResourceKind::Secret, space, ref.name.value);
    if (purpose_ != Purpose::Check || secret == nullptr || overlay_.secret(space, ref.name.value, ref.key.value) != nullptr) return;
    const auto length = length_of(secret->spec, ref.key.value);
    if (!length || *length >= kShortest) return;
    diagnostics_.report(Rule::WeakSecret, ref.key.at, fmt::format("{} must have at least {} bytes, this one has {}", what, kShortest, *length))
        .with_label(secret->meta.name.at, "its value is in this Secret")
        .with_hint("make one with: openssl rand -base64 48");
  }

  static std::optional<std::size_t> length_of(const DataSpec& data, std::string_view key) {
    for (const auto& [name, value] : data.string_data.value) {
      if (name.value == key) return value.value.size();
    }
    for (const auto& [name, value] : data.data.value) {
      if (name.value != key) continue;
      const auto decoded = base64_decode(value.value);
      if (decoded) return decoded->size();
    }
    return std::nullopt;
  }

  void check_secret(const SecretSource& secret, std::string_view space) {
    if (secret.ref) check_ref(secret.ref.value, space);
  }

  void check_ref(const SecretKeyRef& ref, std::string_view space) {
    if (ref.name.value.empty() || ref.key.value.empty()) return;
    if (overlay_.secret(space, ref.name.value, ref.key.value) != nullptr) return;
    const auto* secret = find(inventory_.data, ResourceKind::Secret, space, ref.name.value);
    if (secret != nullptr) return check_key(*secret, ref.key.value, ref.key.at);
    // When running, what is needed is demanded where it is used.
    if (purpose_ == Purpose::Check) report_missing(ResourceKind::Secret, space, ref.name, inventory_, Purpose::Check, diagnostics_);
  }

  void check_key(const Resource<DataSpec>& data, std::string_view key, Span at) {
    std::vector<std::string_view> keys;
    for (const auto* pairs : {&data.spec.data, &data.spec.string_data}) {
      for (const auto& entry : pairs->value) {
        if (entry.first.value == key) return;
        keys.push_back(entry.first.value);
      }
    }
    auto& finding =
        diagnostics_.report(Rule::MissingSecretKey, at, fmt::format("the {} \"{}\" has no key \"{}\"", to_string(data.kind), data.name(), printable(key, 100)))
            .with_label(data.meta.name.at, "it is defined here");
    const auto nearest = nearest_name(key, keys);
    if (!nearest.empty()) finding.with_hint(fmt::format("did you mean \"{}\"?", nearest));
  }

  const Inventory& inventory_;
  const Overlay& overlay_;
  Purpose purpose_;
  Diagnostics& diagnostics_;
};

}  // namespace

void check_resources(const Inventory& inventory, const Overlay& overlay, Purpose purpose, Diagnostics& diagnostics) {
  ResourceCheck(inventory, overlay, purpose, diagnostics).run();
}

}  // namespace vmcpauth::config
