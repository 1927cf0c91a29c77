// x-kubernetes-validations: every rule of a schema over every value it is attached to, as the API server runs them when an
// object is created (apiextensions-apiserver, schema/cel/validation.go). A rule that cannot be evaluated here is said to be.
#pragma once

#include "core/config/crd/field_error.hpp"
#include "core/config/crd/schema.hpp"

namespace vmcpauth::config::crd {

void check_rules(const Node& object, const Schema& schema, Span at, FieldErrors& errors);

}  // namespace vmcpauth::config::crd
