// The functions and operators that are implemented: cel-spec's standard ones on the types of JSON and on durations, the strings
// and sets extensions, and Kubernetes' list and regex functions. Called by Program; arguments are already evaluated, a method's receiver first.
#pragma once

#include <span>
#include <string_view>

#include "core/base/error.hpp"
#include "core/config/cel/value.hpp"

namespace vmcpauth::config::cel {

[[nodiscard]] bool is_function(std::string_view name) noexcept;
// InvalidInput: no overload for these types, or the function's own failure.
[[nodiscard]] Result<Value> call_function(std::string_view name, std::span<const Value> arguments);

}  // namespace vmcpauth::config::cel
