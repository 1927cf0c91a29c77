// The metadata of an object as the API server checks it on creation (apimachinery, api/validation): name, namespace, labels,
// annotations, and no fields of other names.
#pragma once

#include "core/config/crd/field_error.hpp"
#include "core/config/document.hpp"

namespace vmcpauth::config::crd {

void check_metadata(const Node& object, bool namespaced, Span at, FieldErrors& errors);

}  // namespace vmcpauth::config::crd
