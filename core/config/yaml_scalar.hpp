// How a plain YAML scalar becomes a value: the rules of go-yaml v2 (YAML 1.1 plus 0o octals), which is what
// Kubernetes reads manifests with. Called by the YAML reader only.
#pragma once

#include <string_view>

#include "core/config/document.hpp"

namespace vmcpauth::config {

// Sets kind, boolean, integer and text of `node` from the text of a plain (unquoted, untagged) scalar.
void resolve_plain_scalar(std::string_view text, Node& node);

// The same for an explicit core tag (!!str, !!int, !!bool, !!float, !!null). False: unknown tag or no fit.
[[nodiscard]] bool resolve_tagged_scalar(std::string_view tag, std::string_view text, Node& node);

}  // namespace vmcpauth::config
