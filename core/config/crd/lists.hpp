// x-kubernetes-list-type: entries of a set, and the keys of a map, appear once (apiextensions-apiserver, schema/listtype).
#pragma once

#include "core/config/crd/field_error.hpp"
#include "core/config/crd/schema.hpp"

namespace vmcpauth::config::crd {

void check_lists(const Node& object, const Schema& schema, FieldErrors& errors);

}  // namespace vmcpauth::config::crd
