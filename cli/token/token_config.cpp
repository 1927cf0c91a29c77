#include "cli/token/token_config.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <ostream>

#include "cli/token/token_options.hpp"
#include "core/base/encoding.hpp"
#include "core/config/load.hpp"
#include "core/config/render.hpp"

namespace vmcpauth::cli {

std::vector<Option> config_options() {
  return {
      {.name = "config",
       .value = "PATH",
       .repeatable = true,
       .completes = Completes::Files,
       .help = "manifests, folders or vMCP configuration, as serve takes them",
       .detail = "They name the providers (client, secret, endpoints), what backends need, issuer, audience and keys."},
      {.name = "overlay",
       .value = "FILE",
       .standard = "vmcpauth.toml beside the first PATH, when it is there",
       .completes = Completes::TomlFiles,
       .help = "local settings for --config, as serve takes them"},
  };
}

Result<std::optional<config::Runtime>> load_config(const World& world, const Invocation& invocation, const std::string& local_origin) {
  config::LoadOptions options;
  options.paths = invocation.values("config");
  if (options.paths.empty()) return std::nullopt;
  for (const auto& path : options.paths) {
    if (!world.files.exists(path)) return fail(ErrorCode::NotFound, path + ": No such file or directory");
  }
  options.server = server_name(invocation.value("server").value_or(""));
  options.overlay_path = invocation.value("overlay").value_or("");
  options.local_origin = local_origin;
  auto loaded = config::load(options, world.files, world.env);
  if (!loaded.runtime) {
    world.error << config::render(loaded.diagnostics, loaded.sources, {.colour = false});
    return fail(ErrorCode::InvalidConfig, "the configuration cannot be used: " + config::summary(loaded.diagnostics, loaded.statistics.files));
  }
  return std::move(loaded.runtime);
}

Result<const config::Upstream*> find_upstream(const config::Runtime& runtime, const std::string& name) {
  std::vector<std::string> names;
  if (runtime.auth_server) {
    for (const auto& upstream : runtime.auth_server->upstreams) {
      if (upstream.name == name) return &upstream;
      names.push_back(upstream.name);
    }
  }
  const auto there = names.empty() ? std::string("it has no providers") : fmt::format("it has {}", fmt::join(names, ", "));
  return fail(ErrorCode::InvalidInput, fmt::format("the configuration has no provider \"{}\": {}", printable(name, 80), there));
}

}  // namespace vmcpauth::cli
