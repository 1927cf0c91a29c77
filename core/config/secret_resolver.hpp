// Values of secrets: from the overlay, from Secret manifests, from files and the environment. What is missing is a
// finding at the place that asked for it; a value never gets into one. Called by build_runtime.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/files.hpp"
#include "core/base/secret.hpp"
#include "core/config/diagnostic.hpp"
#include "core/config/overlay.hpp"
#include "core/config/resources.hpp"

namespace vmcpauth::config {

// Client secrets lose white space at their ends, as in ToolHive; keys and HMAC secrets are taken as they are.
enum class SecretBytes : std::uint8_t { Trimmed, Exact };

class SecretResolver {
 public:
  SecretResolver(const Inventory& inventory, const Overlay& overlay, const Files& files, const Env& env, Diagnostics& diagnostics)
      : inventory_(inventory), overlay_(overlay), files_(files), env_(env), diagnostics_(diagnostics) {}

  // The same, with findings elsewhere.
  [[nodiscard]] SecretResolver reporting_to(Diagnostics& diagnostics) const { return {inventory_, overlay_, files_, env_, diagnostics}; }

  // Nothing when the source is empty (no finding) or its value is missing (a finding).
  [[nodiscard]] std::optional<Secret> resolve(const SecretSource& source, std::string_view space, std::string_view folder, SecretBytes bytes);
  [[nodiscard]] std::optional<Secret> resolve(const SecretKeyRef& ref, std::string_view space, Span at, SecretBytes bytes);
  // A file the configuration names; [files] of the overlay goes first, relative paths start in `folder`.
  [[nodiscard]] std::optional<Secret> resolve_file(const std::string& path, Span at, std::string_view folder, SecretBytes bytes);
  // "env:NAME" or "file:PATH" of the overlay.
  [[nodiscard]] std::optional<Secret> resolve_reference(const Text& reference, SecretBytes bytes);
  // A path in the overlay, which may be relative to it.
  [[nodiscard]] std::string overlay_path(const Text& path) const;
  // A CA bundle the configuration names; [files] of the overlay goes first: "file:" is another path, "env:" the text itself.
  struct Bundle {
    std::optional<std::string> path, pem;
  };
  [[nodiscard]] Bundle bundle(const Text& path);
  // The text of a ConfigMap's key; rules have reported what is missing.
  [[nodiscard]] std::optional<std::string> config_map(const CaBundleSpec& bundle, std::string_view space) const;

 private:
  [[nodiscard]] std::optional<Secret> from_environment(const std::string& name, Span at, SecretBytes bytes);
  [[nodiscard]] std::optional<Secret> read(const std::string& path, Span at, SecretBytes bytes);
  [[nodiscard]] std::optional<Secret> finish(std::string value, std::string_view what, Span at, SecretBytes bytes);

  const Inventory& inventory_;
  const Overlay& overlay_;
  const Files& files_;
  const Env& env_;
  Diagnostics& diagnostics_;
};

}  // namespace vmcpauth::config
