// From ServeOptions to a Runtime: reads the files (again at every SIGHUP), prints the findings, maps issuer and audience to
// the local origin. Used by serve(); demo mode has its own source (proxy/demo/demo_config.hpp).
#pragma once

#include <optional>
#include <string>

#include "core/base/files.hpp"
#include "core/config/load.hpp"
#include "proxy/serve/options.hpp"

namespace vmcpauth::proxy {

class Configuration {
 public:
  // Options, files and environment outlive it. Standard input, when a path is "-", is read once. Io, TooLarge.
  [[nodiscard]] static Result<Configuration> make(const ServeOptions& options, const Files& files, const Env& env);

  // Where the overlay's [local] listen says to listen; nullopt when it does not say. Wrong files are left to load().
  [[nodiscard]] Result<std::optional<ListenAddress>> listen() const;

  // Everything checked and resolved, as seen from `origin` (scheme://host:port of our listening socket). Prints every finding on
  // standard error; InvalidConfig when one is an error.
  [[nodiscard]] Result<config::Runtime> load(const std::string& origin) const;

 private:
  Configuration(const ServeOptions& options, const Files& files, const Env& env) : options_(options), files_(files), env_(env) {}
  [[nodiscard]] config::LoadOptions load_options(const std::string& origin) const;

  const ServeOptions& options_;
  const Files& files_;
  const Env& env_;
  std::optional<config::InputText> stdin_text_;
};

}  // namespace vmcpauth::proxy
