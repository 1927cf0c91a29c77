// The string formats that the API server checks in custom resources (apiextensions-apiserver, validation/formats.go); every
// other format is documentation only.
#pragma once

#include <string_view>

namespace vmcpauth::config::crd {

// Whether this format, in any spelling ("date-time", "datetime"), is checked at all.
[[nodiscard]] bool is_checked_format(std::string_view format) noexcept;
// Whether the value has the form; true for formats that are not checked.
[[nodiscard]] bool has_format(std::string_view format, std::string_view value);

}  // namespace vmcpauth::config::crd
