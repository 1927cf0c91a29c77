// Every kind of configuration that is read here, with the root of its field table: what JSON Schema, the reference page and
// `config schema` are made from.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "core/config/schema.hpp"

namespace vmcpauth::config {

enum class ConfigShape : std::uint8_t {
  Manifest,  // a Kubernetes object; the table is that of its spec
  File,      // a file of its own, read as go-yaml reads it: any scalar is a string where one belongs
  Overlay,   // TOML
};

struct ConfigKind {
  std::string_view name;  // "VirtualMCPServer", "vmcp", …
  std::string_view what;  // one clause
  ConfigShape shape;
  const Object* object;
};

[[nodiscard]] std::span<const ConfigKind> config_kinds() noexcept;
// By name, in any case; nullptr when there is none.
[[nodiscard]] const ConfigKind* find_config_kind(std::string_view name) noexcept;

}  // namespace vmcpauth::config
