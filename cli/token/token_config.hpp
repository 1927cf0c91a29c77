// --config of the token commands: the same manifests and overlay as `serve` reads, loaded to know providers, backends and keys.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/options.hpp"
#include "cli/parser.hpp"
#include "cli/world.hpp"
#include "core/base/error.hpp"
#include "core/config/runtime.hpp"

namespace vmcpauth::cli {

// --config PATH (repeatable), --overlay FILE
[[nodiscard]] std::vector<Option> config_options();

// nullopt without --config. `local_origin` "" keeps the configuration's own issuer. Findings are printed on standard error when one of
// them is an error. NotFound, InvalidConfig.
[[nodiscard]] Result<std::optional<config::Runtime>> load_config(const World& world, const Invocation& invocation, const std::string& local_origin = "");

// The upstream of that name; InvalidInput lists those there are.
[[nodiscard]] Result<const config::Upstream*> find_upstream(const config::Runtime& runtime, const std::string& name);

}  // namespace vmcpauth::cli
