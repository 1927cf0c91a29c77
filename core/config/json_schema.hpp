// JSON Schema (2020-12) of configuration, made from the field tables: for editors (yaml-language-server, taplo) and for
// `vmcpauth config schema`. Structure only; what fields mean to each other is checked by `vmcpauth validate`.
#pragma once

#include <string>

#include "core/config/config_kinds.hpp"

namespace vmcpauth::config {

// One kind, as indented JSON that ends with a line feed.
[[nodiscard]] std::string json_schema(const ConfigKind& kind);
// Every kind at once: manifests are told apart by `kind`, files by the fields only they have.
[[nodiscard]] std::string json_schema_of_all();

}  // namespace vmcpauth::config
