// What the function libraries share: the form of a function, its failures, and the table look-up of each library. Included by the
// files that implement functions; everybody else goes through functions.hpp. Which functions a Kubernetes rule may call:
// k8s.io/apiserver, pkg/cel/environment/base.go.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/error.hpp"
#include "core/config/cel/value.hpp"

namespace vmcpauth::config::cel {

using Arguments = std::span<const Value>;
using Function = Result<Value> (*)(Arguments);

// The largest text a function makes.
inline constexpr std::size_t kMaxResultBytes = 1U << 20U;

// The function of that name in one library, or null.
[[nodiscard]] Function standard_function(std::string_view name) noexcept;  // operators, size, dyn, durations
[[nodiscard]] Function conversion(std::string_view name) noexcept;         // string, int, uint, double, bool
[[nodiscard]] Function text_function(std::string_view name) noexcept;      // cel-go's strings extension, version 2
[[nodiscard]] Function format_function(std::string_view name) noexcept;    // format, strings.quote of that extension
[[nodiscard]] Function pattern_function(std::string_view name) noexcept;   // matches, find, findAll
[[nodiscard]] Function list_function(std::string_view name) noexcept;      // Kubernetes' lists, cel-go's sets

// string(), also what format's %s writes of everything but containers. InvalidInput: no text form.
[[nodiscard]] Result<Value> to_string(Arguments arguments);

[[nodiscard]] inline std::unexpected<Error> failure(std::string message) { return fail(ErrorCode::InvalidInput, std::move(message)); }
// "no such overload: name(types)", the API server's way to say that the types do not fit.
[[nodiscard]] std::unexpected<Error> no_overload(std::string_view name, Arguments arguments);

template <class T>
[[nodiscard]] Result<Value> value(T v) {
  return Value(Value::Variant(std::move(v)));
}

template <class T>
[[nodiscard]] const T* argument(Arguments arguments, std::size_t index) {
  return index < arguments.size() ? arguments[index].get_if<T>() : nullptr;
}

}  // namespace vmcpauth::config::cel
