#include "core/config/overlay.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/config/decoder.hpp"
#include "core/config/tables.hpp"

namespace vmcpauth::config {
namespace {

using table::block;
using table::block_map;
using table::flag;
using table::text;
using table::text_map;
using table::texts;

constexpr Field kLocalFields[] = {
    text<&LocalOverlay::listen>("listen", "Where to listen, host:port; port 0 takes a free one.", {.preset = "127.0.0.1:4483"}),
    text<&LocalOverlay::issuer>("issuer",
                                "\"local\" puts the local address in place of the real issuer and resource, \"keep\" leaves them, a URL is used instead.",
                                {.preset = "local"}),
};
constexpr Object kLocal{"local", "This machine.", kLocalFields};

constexpr Field kBackendOverlayFields[] = {
    text<&BackendOverlay::url>("url", "Where this backend can be reached from here.", {.form = Form::HttpUrl}),
    text<&BackendOverlay::transport>("transport", "MCP transport there.", {.one_of = "sse|streamable-http"}),
    text<&BackendOverlay::ca_bundle>("ca_bundle", "PEM file with the CAs to trust, relative to this file."),
    block<&BackendOverlay::strategy>("strategy", kStrategy, "Replaces its strategy; as in the runtime YAML's outgoingAuth."),
};
constexpr Object kBackendOverlay{"backend", "A backend of the server, as it is reached from here.", kBackendOverlayFields};

constexpr Field kExtraBackendFields[] = {
    text<&ExtraBackendOverlay::url>("url", "URL of its MCP endpoint.", {.required = true, .form = Form::HttpUrl}),
    text<&ExtraBackendOverlay::transport>("transport", "MCP transport.", {.one_of = "sse|streamable-http", .preset = "streamable-http"}),
    text<&ExtraBackendOverlay::ca_bundle>("ca_bundle", "PEM file with the CAs to trust, relative to this file."),
    block<&ExtraBackendOverlay::strategy>("strategy", kStrategy, "As in the runtime YAML's outgoingAuth; unauthenticated without it."),
};
constexpr Object kExtraBackend{"extra backend", "A backend that only exists here.", kExtraBackendFields};

constexpr Field kUpstreamOverlayFields[] = {
    text<&UpstreamOverlay::client_id>("client_id", "Another client at the provider, one for local use."),
    text<&UpstreamOverlay::client_secret>("client_secret", "Its secret: env:NAME or file:PATH.", {.secret = true, .form = Form::SecretReference}),
    text<&UpstreamOverlay::redirect_uri>("redirect_uri", "What is registered for it at the provider.", {.form = Form::HttpUrl}),
    texts<&UpstreamOverlay::scopes>("scopes", "Scopes to ask for.", {.form = Form::ScopeToken}),
    flag<&UpstreamOverlay::allow_private_ips>("allow_private_ips", "Let the provider's endpoints resolve to private addresses."),
    flag<&UpstreamOverlay::insecure_allow_http>("insecure_allow_http", "Allow http endpoints."),
    text<&UpstreamOverlay::ca_bundle>("ca_bundle", "PEM file with the CAs to trust, relative to this file."),
};
constexpr Object kUpstream{"upstream", "What differs here for one upstream.", kUpstreamOverlayFields};

constexpr FieldRules kReference{.secret = true, .form = Form::SecretReference};

void read_secrets(void* target, Decoder& decoder, const Field& field, const Member& member) {
  auto& secrets = static_cast<Overlay*>(target)->secrets;
  secrets.at = secrets.key = member.key_at;
  if (!decoder.mapping(field, member.value, member.key_at)) return;
  secrets.present = true;
  for (const auto& entry : member.value.members) {
    Text name{.value = entry.key, .at = entry.key_at, .key = entry.key_at, .present = true};
    secrets.value.emplace_back(std::move(name), decoder.text_map(field, entry.value, entry.key_at));
  }
}

constexpr Field kOverlayFields[] = {
    text<&Overlay::server>("server", "Which VirtualMCPServer to run, when there are several."),
    block<&Overlay::local>("local", kLocal, "This machine."),
    block_map<&Overlay::backends>("backends", kBackendOverlay, "[backends.NAME]: where a backend is reached from here."),
    block_map<&Overlay::extra_backends>("extra_backends", kExtraBackend, "[extra_backends.NAME]: a backend that only exists here."),
    block_map<&Overlay::upstreams>("upstreams", kUpstream, "[upstreams.NAME]: what differs here for one upstream."),
    {"secrets", FieldType::BlockMap, "[secrets.NAME] KEY = \"env:VARIABLE\" or \"file:PATH\": values of Kubernetes Secrets; NAME may be \"namespace/name\".",
     kReference, nullptr, read_secrets},
    text_map<&Overlay::env>("env", "[env] NAME = \"env:OTHER\" or \"file:PATH\": values of variables that the configuration names.", kReference),
    text_map<&Overlay::files>("files", "[files] \"/path/in/the/cluster\" = \"file:PATH\" or \"env:NAME\": files that the configuration names.", kReference),
};

template <class T>
const T* overlay_lookup(const NamedBlocks<T>& blocks, std::string_view name) {
  const auto found = std::find_if(blocks.value.begin(), blocks.value.end(), [&](const auto& entry) { return entry.first.value == name; });
  return found == blocks.value.end() ? nullptr : &found->second.value;
}

const Text* overlay_lookup(const TextPairs& pairs, std::string_view name) {
  const auto found = std::find_if(pairs.value.begin(), pairs.value.end(), [&](const auto& entry) { return entry.first.value == name; });
  return found == pairs.value.end() ? nullptr : &found->second;
}

}  // namespace

constexpr Object kOverlay{"vmcpauth.toml", "What a laptop needs in place of a cluster.", kOverlayFields};

const BackendOverlay* Overlay::backend(std::string_view name) const { return overlay_lookup(backends, name); }
const UpstreamOverlay* Overlay::upstream(std::string_view name) const { return overlay_lookup(upstreams, name); }
const Text* Overlay::environment(std::string_view name) const { return overlay_lookup(env, name); }
const Text* Overlay::file(std::string_view path) const { return overlay_lookup(files, path); }

const Text* Overlay::secret(std::string_view space, std::string_view name, std::string_view key) const {
  const std::string qualified = fmt::format("{}/{}", space, name);
  for (const std::string_view wanted : {std::string_view(qualified), name}) {
    for (const auto& [secret_name, keys] : secrets.value) {
      if (secret_name.value != wanted) continue;
      if (const auto* found = overlay_lookup(keys, key)) return found;
    }
  }
  return nullptr;
}

void read_overlay(const Node& document, std::string folder, Sources& sources, Diagnostics& diagnostics, Overlay& out) {
  Decoder decoder(sources, diagnostics, Decoder::Strings::Strict);
  out.folder = std::move(folder);
  decoder.decode(kOverlay, document, document.at, &out);
}

}  // namespace vmcpauth::config
