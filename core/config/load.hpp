// The entry to configuration: paths in, findings and (when nothing is wrong) a Runtime out. `validate` calls
// check(), `serve` calls load(). Nothing here touches the network; files and the environment come in as ports.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/files.hpp"
#include "core/config/diagnostic.hpp"
#include "core/config/runtime.hpp"
#include "core/config/source.hpp"

namespace vmcpauth::config {

struct InputText {
  std::string name;  // as shown in findings, for example "<stdin>"
  std::string text;
};

// Which upstreams the caller will replace by built-in ones (`--mock-idps`): their secrets may be missing.
struct MockUpstreams {
  bool all = false;
  std::vector<std::string> names;
  [[nodiscard]] bool covers(std::string_view upstream) const;
};

struct LoadOptions {
  std::vector<std::string> paths;       // files or folders (read recursively: *.yaml, *.yml, *.json, vmcpauth.toml)
  std::optional<InputText> stdin_text;  // for the path "-"
  std::string server;                   // VirtualMCPServer to run; may be empty when there is only one
  std::vector<std::string> crds;        // CustomResourceDefinition files or folders that manifests must satisfy too (check() only)
  std::string overlay_path;             // empty: a vmcpauth.toml beside the inputs, when there is one
  // Where the local proxy answers ("http://127.0.0.1:4483"): issuer, audience and resource are mapped to it (see map_to_origin)
  // unless `issuer` or the overlay says otherwise. Empty: nothing is mapped to it.
  std::string local_origin;
  std::optional<std::string> issuer;  // "keep" or a URL; goes before the overlay's [local] issuer
  MockUpstreams mock_upstreams;
  // Also what can be run but should not be deployed so: providers' known traps and security practice (VMA6xx, VMA7xx).
  bool practice = false;
};

struct LoadStatistics {
  std::size_t files = 0;
  std::size_t resources = 0;          // documents of kinds we know
  std::size_t ignored_documents = 0;  // of other kinds
};

struct LoadResult {
  Sources sources;
  Diagnostics diagnostics;  // sorted
  LoadStatistics statistics;
  std::vector<std::string> servers;   // names of every VirtualMCPServer and runtime configuration found
  std::optional<std::string> listen;  // the overlay's [local] listen
  std::optional<std::string> issuer;  // the overlay's [local] issuer: "local", "keep" or a URL
  std::optional<Runtime> runtime;     // load() only, and only without error findings
};

// Reads and checks everything, resolves references, but touches no secret and no environment variable.
[[nodiscard]] LoadResult check(const LoadOptions& options, const Files& files);

// check(), and then one server with its secrets resolved. What only a running server needs (backend URLs,
// secret values, supported strategies) is demanded too.
[[nodiscard]] LoadResult load(const LoadOptions& options, const Files& files, const Env& env);

// Rewrites every URL that has the origin of the auth server's issuer, of its authorization endpoint or of the
// protected resource: AS issuer, incoming issuer, audience, resource, allowed audiences, redirect URIs, delegate
// audiences. With an external issuer only the resource identifier moves: audience and issuer belong to others.
// `origin` is scheme://host[:port].
void map_to_origin(Runtime& runtime, std::string_view origin);

}  // namespace vmcpauth::config
