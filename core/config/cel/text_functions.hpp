// The string functions: cel-spec's contains/startsWith/endsWith and the strings extension (cel-go ext/strings.go) that
// Kubernetes enables; indexOf/lastIndexOf also for lists. Offsets and lengths count Unicode code points.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "core/base/error.hpp"
#include "core/config/cel/value.hpp"

namespace vmcpauth::config::cel {

[[nodiscard]] bool is_text_function(std::string_view name) noexcept;
[[nodiscard]] Result<Value> call_text_function(std::string_view name, std::span<const Value> arguments);

// The code points of a text, each as its bytes; a byte that is no valid UTF-8 counts as one.
[[nodiscard]] std::vector<std::string_view> code_points(std::string_view text);

}  // namespace vmcpauth::config::cel
