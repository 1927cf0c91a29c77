// What the API server does to an object before it checks it: unknown fields are taken out (and reported, as strict field
// validation does), nulls that may not be null are dropped, defaults are filled in. Called by the catalog.
#pragma once

#include "core/config/crd/field_error.hpp"
#include "core/config/crd/schema.hpp"

namespace vmcpauth::config::crd {

// apiextensions-apiserver, schema/pruning. The type and object metadata of the resource itself stay.
void prune(Node& object, const Schema& schema, FieldErrors& errors);

// schema/defaulting: prunenulls.go, then algorithm.go. A value made from a default stands where its parent stands.
void apply_defaults(Node& object, const Schema& schema, Span at);

}  // namespace vmcpauth::config::crd
