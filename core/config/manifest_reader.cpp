#include "core/config/manifest_reader.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>

#include <fmt/format.h>

#include "core/base/encoding.hpp"
#include "core/config/decoder.hpp"
#include "core/config/tables.hpp"

namespace vmcpauth::config {
namespace {

using table::block;
using table::other;

constexpr std::string_view kGroup = "toolhive.stacklok.dev/";
constexpr int kMaxListDepth = 3;

template <class Spec>
struct Envelope {
  Setting<Metadata> meta;
  Setting<Spec> spec;
};

void read_metadata(void* target, Decoder& decoder, const Field& field, const Member& member) {
  auto& meta = *static_cast<Setting<Metadata>*>(target);
  meta.at = meta.key = member.key_at;
  if (!decoder.mapping(field, member.value, member.key_at)) return;
  meta.present = true;
  constexpr Field kName{"metadata.name", FieldType::String, "", {.required = true, .form = Form::ResourceName}, nullptr, nullptr};
  constexpr Field kSpace{"metadata.namespace", FieldType::String, "", {.form = Form::DnsLabel}, nullptr, nullptr};
  if (const auto* name = member.value.find("name")) meta.value.name = decoder.text(kName, name->value, name->key_at);
  const auto* space = member.value.find("namespace");
  if (space != nullptr && space->value.kind != NodeKind::Null) meta.value.space = decoder.text(kSpace, space->value, space->key_at);
}

// Labels, annotations and the rest of metadata are Kubernetes' business.
template <class Spec>
constexpr Field metadata_field() {
  return {"metadata", FieldType::Mapping, "Name and namespace.", {.required = true}, nullptr, [](void* t, Decoder& d, const Field& f, const Member& m) {
            read_metadata(&static_cast<Envelope<Spec>*>(t)->meta, d, f, m);
          }};
}

template <class Spec>
void append(ResourceList<Spec>& list, ResourceKind kind, Envelope<Spec>&& envelope, Span at, Decoder& decoder) {
  if (!envelope.meta) return;
  if (!envelope.meta->name) {
    if (!envelope.meta->name.at.valid()) decoder.diagnostics().report(Rule::MissingField, envelope.meta.key, "metadata has no \"name\"");
    return;
  }
  list.append({kind, std::move(envelope.meta.value), at, std::move(envelope.spec.value)});
}

template <class Spec>
void merge_list(ResourceList<Spec>& found, ResourceList<Spec>& whole, Diagnostics& diagnostics) {
  for (auto& resource : found) {
    if (const auto* first = whole.find(resource.kind, resource.space(), resource.name())) {
      diagnostics
          .report(Rule::DuplicateResource, resource.meta.name.at,
                  fmt::format("{} {}/{} is defined twice", to_string(resource.kind), resource.space(), resource.name()))
          .with_label(first->meta.name.at, "first defined here");
    } else {
      whole.add(std::move(resource));
    }
  }
}

// One folder has one authserver-config.yaml; a second would be ambiguous.
void merge_auth_server(AuthServerFile&& file, std::vector<AuthServerFile>& list, Diagnostics& diagnostics) {
  const auto same = std::find_if(list.begin(), list.end(), [&](const AuthServerFile& other) { return other.folder == file.folder; });
  if (same == list.end()) {
    list.push_back(std::move(file));
    return;
  }
  diagnostics.report(Rule::DuplicateResource, file.at, "a second authorization server configuration in the same folder")
      .with_label(same->at, "the first is here");
}

template <class Spec>
void read_custom(ResourceList<Spec>& list, ResourceKind kind, const Object& spec, const Node& node, Span at, Decoder& decoder) {
  using Shape = Envelope<Spec>;
  const Field fields[] = {
      other("apiVersion", FieldType::String),
      other("kind", FieldType::String),
      metadata_field<Spec>(),
      block<&Shape::spec>("spec", spec, "What is wanted.", {.required = kind != ResourceKind::MCPGroup && kind != ResourceKind::MCPToolConfig}),
      other("status", FieldType::Mapping, "Written by the operator."),
  };
  const Object object{to_string(kind), "", fields};
  Shape envelope;
  decoder.decode(object, node, at, &envelope);
  append(list, kind, std::move(envelope), at, decoder);
}

void check_base64(const DataSpec& spec, Decoder& decoder) {
  for (const auto& [key, value] : spec.data.value) {
    std::string text = value.value;
    std::erase_if(text, [](char c) { return c == '\n' || c == '\r'; });
    if (base64_decode(text)) continue;
    decoder.diagnostics()
        .report(Rule::BadSecretData, key.at, fmt::format("the value of \"{}\" below data is not base64", printable(key.value, 100)))
        .with_hint("put plain text below stringData, or encode it: printf %s 'value' | base64 -w0");
  }
}

void read_data(ResourceList<DataSpec>& list, ResourceKind kind, const Node& node, Span at, Decoder& decoder) {
  using Shape = Envelope<DataSpec>;
  const bool secret = kind == ResourceKind::Secret;
  const auto read_into_data = [](void* t, Decoder& d, const Field& f, const Member& m) {
    static_cast<Shape*>(t)->spec.value.data = d.text_map(f, m.value, m.key_at);
  };
  const auto read_into_text = [](void* t, Decoder& d, const Field& f, const Member& m) {
    static_cast<Shape*>(t)->spec.value.string_data = d.text_map(f, m.value, m.key_at);
  };
  const Field secret_fields[] = {
      other("apiVersion", FieldType::String),
      other("kind", FieldType::String),
      metadata_field<DataSpec>(),
      other("type", FieldType::String),
      other("immutable", FieldType::Boolean),
      {"data", FieldType::StringPairs, "Values in base64.", {.secret = true}, nullptr, read_into_data},
      {"stringData", FieldType::StringPairs, "Values as they are.", {.secret = true}, nullptr, read_into_text},
  };
  const Field map_fields[] = {
      other("apiVersion", FieldType::String),
      other("kind", FieldType::String),
      metadata_field<DataSpec>(),
      other("immutable", FieldType::Boolean),
      {"data", FieldType::StringPairs, "Values as they are.", {.secret = true}, nullptr, read_into_text},
      other("binaryData", FieldType::Mapping),
  };
  const Object object = secret ? Object{to_string(kind), "", secret_fields} : Object{to_string(kind), "", map_fields};
  Shape envelope;
  decoder.decode(object, node, at, &envelope);
  check_base64(envelope.spec.value, decoder);
  append(list, kind, std::move(envelope), at, decoder);
}

constexpr std::array kCustomKinds{
    ResourceKind::VirtualMCPServer, ResourceKind::MCPExternalAuthConfig, ResourceKind::MCPOIDCConfig,  ResourceKind::MCPGroup,     ResourceKind::MCPServer,
    ResourceKind::MCPRemoteProxy,   ResourceKind::MCPServerEntry,        ResourceKind::MCPAuthzConfig, ResourceKind::MCPToolConfig};

// ToolHive's kinds that have nothing to do with authentication.
constexpr std::array<std::string_view, 5> kOtherKinds{"EmbeddingServer", "MCPRegistry", "MCPTelemetryConfig", "MCPWebhookConfig",
                                                      "VirtualMCPCompositeToolDefinition"};

// True when one place of at most two letters makes the difference, or letters' case does. Strict, because ToolHive gets new kinds.
bool nearly_same(std::string_view a, std::string_view b) {
  const auto same = [](char x, char y) { return std::tolower(static_cast<unsigned char>(x)) == std::tolower(static_cast<unsigned char>(y)); };
  const auto shorter = static_cast<std::ptrdiff_t>(std::min(a.size(), b.size()));
  const auto front = std::mismatch(a.begin(), a.begin() + shorter, b.begin(), same).first - a.begin();
  const auto back = std::mismatch(a.rbegin(), a.rbegin() + (shorter - front), b.rbegin(), same).first - a.rbegin();
  return std::max(a.size(), b.size()) - static_cast<std::size_t>(front + back) <= 2;
}

class ResourceReader {
 public:
  ResourceReader(const SourceDocuments& from, Sources& sources, Diagnostics& diagnostics, Inventory& inventory, LoadStatistics& statistics)
      : from_(from),
        sources_(sources),
        diagnostics_(diagnostics),
        inventory_(inventory),
        statistics_(statistics),
        manifests_(sources, diagnostics, Decoder::Strings::Strict),
        runtime_(sources, diagnostics, Decoder::Strings::AnyScalar) {}

  void read(const Node& node, int depth) {
    if (node.kind != NodeKind::Mapping) return ignore(node);
    const auto* kind = node.find("kind");
    const auto* version = node.find("apiVersion");
    if (kind != nullptr && kind->value.kind == NodeKind::String) {
      read_manifest(node, *kind, version, depth);
    } else if (is_auth_server(node)) {
      read_auth_server(node);
    } else if (is_runtime(node)) {
      read_runtime(node);
    } else {
      ignore(node);
    }
  }

 private:
  void ignore(const Node& node) {
    ++statistics_.ignored_documents;
    if (!from_.named) return;
    diagnostics_.report(Rule::NothingFound, node.at, "this is no configuration that vmcpauth knows")
        .with_hint(
            "expected a Kubernetes manifest (apiVersion, kind), a vMCP configuration (incomingAuth, outgoingAuth) or an\n"
            "authorization server's configuration (issuer, upstreams)");
  }

  [[nodiscard]] bool is_auth_server(const Node& node) const {
    const auto name = std::filesystem::path(sources_.name(from_.file)).filename();
    return name == kAuthServerFileName || node.find("upstreams") != nullptr || node.find("allowed_audiences") != nullptr ||
           (node.find("schema_version") != nullptr && node.find("issuer") != nullptr);
  }
  [[nodiscard]] static bool is_runtime(const Node& node) { return node.find("incomingAuth") != nullptr || node.find("outgoingAuth") != nullptr; }

  void read_manifest(const Node& node, const Member& kind, const Member* version, int depth) {
    const std::string_view name = kind.value.text;
    const std::string_view api = version != nullptr ? std::string_view(version->value.text) : "";
    const Span at = kind.value.at;
    if (name == "List" && node.find("items") != nullptr && depth < kMaxListDepth) {
      for (const auto& item : node.find("items")->value.items) read(item, depth + 1);
      return;
    }
    const bool core = name == "Secret" || name == "ConfigMap";
    const auto custom = std::find_if(kCustomKinds.begin(), kCustomKinds.end(), [&](ResourceKind known) { return to_string(known) == name; });
    const bool ours = custom != kCustomKinds.end();
    if ((!core && !ours) || (core && !api.empty() && api != "v1") || (ours && !api.empty() && !api.starts_with(kGroup))) {
      ++statistics_.ignored_documents;
      return check_spelling(name, at, api, version != nullptr ? version->value.at : at);
    }
    ++statistics_.resources;
    if (version == nullptr) {
      diagnostics_.report(Rule::MissingField, at, fmt::format("{} has no \"apiVersion\"", name))
          .with_hint(core ? "apiVersion: v1" : "apiVersion: toolhive.stacklok.dev/v1beta1");
    } else if (ours && api != "toolhive.stacklok.dev/v1beta1" && api != "toolhive.stacklok.dev/v1alpha1") {
      diagnostics_.report(Rule::UnknownVersion, version->value.at, fmt::format("{} has no version \"{}\"", name, printable(api, 80)))
          .with_hint("known: toolhive.stacklok.dev/v1beta1, toolhive.stacklok.dev/v1alpha1");
    }
    if (core) {
      read_data(inventory_.data, name == "Secret" ? ResourceKind::Secret : ResourceKind::ConfigMap, node, at, manifests_);
    } else {
      read_custom_kind(*custom, node, at);
    }
  }

  // What is ignored although it was probably meant: a kind of our group that is nearly one of ours, our kind in nearly our group.
  void check_spelling(std::string_view kind, Span kind_at, std::string_view api, Span api_at) {
    if (api.starts_with(kGroup)) {
      if (std::find(kOtherKinds.begin(), kOtherKinds.end(), kind) != kOtherKinds.end()) return;
      const auto near = std::find_if(kCustomKinds.begin(), kCustomKinds.end(), [&](ResourceKind known) { return nearly_same(to_string(known), kind); });
      if (near == kCustomKinds.end()) return;
      diagnostics_.report(Rule::UnknownVersion, kind_at, fmt::format("toolhive.stacklok.dev has no kind {}", quoted(kind)))
          .with_hint(fmt::format("did you mean \"{}\"?", to_string(*near)));
      return;
    }
    const bool ours = std::any_of(kCustomKinds.begin(), kCustomKinds.end(), [&](ResourceKind known) { return to_string(known) == kind; });
    if (!ours || nearest_name(api.substr(0, api.find('/')), {kGroup.substr(0, kGroup.size() - 1)}).empty()) return;
    diagnostics_.report(Rule::UnknownVersion, api_at, fmt::format("{} has no version {}", kind, quoted(api)))
        .with_hint(fmt::format("did you mean \"{}v1beta1\"?", kGroup));
  }

  void read_custom_kind(ResourceKind kind, const Node& node, Span at) {
    switch (kind) {
      case ResourceKind::VirtualMCPServer: return read_custom(inventory_.servers, kind, kVirtualServerSpec, node, at, manifests_);
      case ResourceKind::MCPExternalAuthConfig: return read_custom(inventory_.external_auth, kind, kExternalAuthSpec, node, at, manifests_);
      case ResourceKind::MCPOIDCConfig: return read_custom(inventory_.oidc_configs, kind, kOidcConfigSpec, node, at, manifests_);
      case ResourceKind::MCPGroup: return read_custom(inventory_.groups, kind, kGroupSpec, node, at, manifests_);
      case ResourceKind::MCPServer: return read_custom(inventory_.workloads, kind, kServerWorkloadSpec, node, at, manifests_);
      case ResourceKind::MCPRemoteProxy: return read_custom(inventory_.workloads, kind, kRemoteProxySpec, node, at, manifests_);
      case ResourceKind::MCPServerEntry: return read_custom(inventory_.workloads, kind, kServerEntrySpec, node, at, manifests_);
      case ResourceKind::MCPAuthzConfig: return read_custom(inventory_.authz_configs, kind, kAuthzConfigSpec, node, at, manifests_);
      case ResourceKind::MCPToolConfig: return read_custom(inventory_.tool_configs, kind, kToolConfigSpec, node, at, manifests_);
      case ResourceKind::Secret:
      case ResourceKind::ConfigMap: return;
    }
  }

  [[nodiscard]] static Span first_key(const Node& node) { return node.members.empty() ? node.at : node.members.front().key_at; }

  void read_auth_server(const Node& node) {
    ++statistics_.resources;
    AuthServerFile file{.folder = from_.folder, .at = first_key(node), .spec = {}};
    file.spec.spelling = Spelling::RunConfig;
    runtime_.decode(kAuthServerRunConfig, node, file.at, &file.spec);
    inventory_.auth_server_files.push_back(std::move(file));
  }

  void read_runtime(const Node& node) {
    ++statistics_.resources;
    RuntimeFile file{.folder = from_.folder, .at = first_key(node), .spec = {}};
    runtime_.decode(kServer, node, file.at, &file.spec);
    if (file.spec.name) file.at = file.spec.name.at;
    inventory_.runtime_files.push_back(std::move(file));
  }

  const SourceDocuments& from_;
  Sources& sources_;
  Diagnostics& diagnostics_;
  Inventory& inventory_;
  LoadStatistics& statistics_;
  Decoder manifests_;
  Decoder runtime_;
};

}  // namespace

void read_resources(const SourceDocuments& documents, Sources& sources, Diagnostics& diagnostics, Inventory& inventory, LoadStatistics& statistics) {
  ResourceReader reader(documents, sources, diagnostics, inventory, statistics);
  for (const auto& node : documents.documents) reader.read(node, 0);
  const bool auth_server = std::filesystem::path(sources.name(documents.file)).filename() == kAuthServerFileName;
  if (auth_server && documents.documents.empty()) inventory.unread_folders.push_back(documents.folder);
}

void merge(Inventory&& found, Inventory& whole, Diagnostics& diagnostics) {
  merge_list(found.servers, whole.servers, diagnostics);
  merge_list(found.external_auth, whole.external_auth, diagnostics);
  merge_list(found.oidc_configs, whole.oidc_configs, diagnostics);
  merge_list(found.groups, whole.groups, diagnostics);
  merge_list(found.workloads, whole.workloads, diagnostics);
  merge_list(found.authz_configs, whole.authz_configs, diagnostics);
  merge_list(found.tool_configs, whole.tool_configs, diagnostics);
  merge_list(found.data, whole.data, diagnostics);
  for (auto& file : found.runtime_files) whole.runtime_files.push_back(std::move(file));
  for (auto& file : found.auth_server_files) merge_auth_server(std::move(file), whole.auth_server_files, diagnostics);
  for (auto& folder : found.unread_folders) whole.unread_folders.push_back(std::move(folder));
}

}  // namespace vmcpauth::config
