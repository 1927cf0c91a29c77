// A value against its schema: types, bounds, patterns, formats, required fields and combinations, in the API server's words
// (kube-openapi, validation/validate). Rules and list types come after; see rules.hpp and lists.hpp.
#pragma once

#include "core/config/crd/field_error.hpp"
#include "core/config/crd/schema.hpp"

namespace vmcpauth::config::crd {

// The object must have been shaped (shape.hpp).
void check_structure(const Node& object, const Schema& schema, Span at, FieldErrors& errors);

}  // namespace vmcpauth::config::crd
