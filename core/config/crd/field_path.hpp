// The `fieldPath` of a rule (".spec.x", ".headers['a.b']"): which field a finding names instead of the one the rule is
// attached to (apiextensions-apiserver, schema/cel, ValidFieldPath).
#pragma once

#include <string_view>

#include "core/config/crd/field_error.hpp"
#include "core/config/crd/schema.hpp"

namespace vmcpauth::config::crd {

// The field's path and place; `where` itself when the path names no field of the schema. A field that is not written is
// placed at its nearest ancestor that is.
[[nodiscard]] Place follow(const Node& node, const Schema& schema, const Place& where, std::string_view field_path);

}  // namespace vmcpauth::config::crd
