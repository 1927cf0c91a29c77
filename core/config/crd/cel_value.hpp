// A value of a custom resource as CEL sees it through its schema (k8s.io/apiserver, cel/common/values.go): only fields the
// schema knows, a "number" is a double even without a fraction, a formatted string may be a duration or a time.
#pragma once

#include "core/config/cel/value.hpp"
#include "core/config/crd/schema.hpp"

namespace vmcpauth::config::crd {

[[nodiscard]] cel::Value to_cel(const Node& node, const Schema* schema);
// The resource itself: apiVersion, kind and of the metadata name and generateName are there whatever the schema says.
[[nodiscard]] cel::Value resource_to_cel(const Node& node, const Schema& schema);

}  // namespace vmcpauth::config::crd
