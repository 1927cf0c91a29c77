// vmcpauth.toml: what a laptop needs in place of a cluster. Our own format; the field table in overlay.cpp is its
// reference. Read by load.cpp, used when a server is resolved for running.
#pragma once

#include <string>
#include <string_view>

#include "core/config/document.hpp"
#include "core/config/model.hpp"
#include "core/config/schema.hpp"

namespace vmcpauth::config {

struct LocalOverlay {
  Text listen;  // host:port
  Text issuer;  // "local", "keep" or a URL
};

struct BackendOverlay {
  Text url, transport, ca_bundle;
  Setting<StrategySpec> strategy;
};

struct ExtraBackendOverlay {
  Text url, transport, ca_bundle;
  Setting<StrategySpec> strategy;
};

struct UpstreamOverlay {
  Text client_id, client_secret, redirect_uri, ca_bundle;
  Flag allow_private_ips, insecure_allow_http;
  Texts scopes;
};

// Key in the Secret to "env:…" or "file:…".
using SecretOverlay = TextPairs;

struct Overlay {
  std::string folder;  // relative paths start here
  Text server;
  Setting<LocalOverlay> local;
  NamedBlocks<BackendOverlay> backends;
  NamedBlocks<ExtraBackendOverlay> extra_backends;
  NamedBlocks<UpstreamOverlay> upstreams;
  Setting<std::vector<std::pair<Text, SecretOverlay>>> secrets;
  TextPairs env;    // environment variable named by the configuration -> where its value is here
  TextPairs files;  // file named by the configuration -> where it is here

  [[nodiscard]] const BackendOverlay* backend(std::string_view name) const;
  [[nodiscard]] const UpstreamOverlay* upstream(std::string_view name) const;
  // The reference for a key of a Secret; "namespace/name" goes before "name".
  [[nodiscard]] const Text* secret(std::string_view space, std::string_view name, std::string_view key) const;
  [[nodiscard]] const Text* environment(std::string_view name) const;
  [[nodiscard]] const Text* file(std::string_view path) const;
};

extern const Object kOverlay;

void read_overlay(const Node& document, std::string folder, Sources& sources, Diagnostics& diagnostics, Overlay& out);

}  // namespace vmcpauth::config
