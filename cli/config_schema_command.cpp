#include "cli/config_schema_command.hpp"

#include <ostream>

#include "core/config/json_schema.hpp"

namespace vmcpauth::cli {

Command config_schema_command() {
  Command command{
      .name = "config schema",
      .summary = "print the JSON Schema of a kind of configuration",
      .description = {"Prints JSON Schema (2020-12) for editors, made from the same tables that check configuration. Without KIND it is one schema for "
                      "everything that is read: manifests are told apart by their kind, files by their fields.",
                      "The schema says which fields there are and what a value may be. What values mean to each other is more than a schema can say."},
      .arguments = {{.name = "KIND", .help = "a kind of manifest, or vmcp, authserver-config or vmcpauth for the files of that name"}},
      .examples = {{"vmcpauth config schema VirtualMCPServer > virtualmcpserver.schema.json", "the schema of one kind"},
                   {"vmcpauth config schema > vmcp.schema.json", "one schema for every file, for `# yaml-language-server: $schema=vmcp.schema.json`"}},
  };
  for (const auto& kind : config::config_kinds()) command.arguments.front().choices.emplace_back(kind.name);
  return command;
}

std::expected<ExitStatus, UsageError> run_config_schema(const World& world, const Invocation& invocation) {
  if (invocation.arguments().empty()) {
    world.output << config::json_schema_of_all();
    return ExitStatus::Fine;
  }
  const auto* kind = config::find_config_kind(invocation.arguments().front());
  if (kind == nullptr) return std::unexpected(UsageError{"there is no such kind of configuration", std::nullopt, &invocation.command()});
  world.output << config::json_schema(*kind);
  return ExitStatus::Fine;
}

}  // namespace vmcpauth::cli
