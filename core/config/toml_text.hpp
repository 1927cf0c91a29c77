// Looks over TOML text before toml++ reads it, for what toml++ 3.3 does not bear: keys of any depth (each level is a call
// deeper, up to the stack's end) and characters beyond ASCII in places where they may not stand. Used by the TOML reader only.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace vmcpauth::config {

// Where a single statement nests more than `levels` deep: dots of keys and open brackets together; nullopt: nowhere.
// A table's header and the statements below it are counted apart.
[[nodiscard]] std::optional<std::size_t> too_deep_in_toml(std::string_view text, std::size_t levels);

// First byte that is not ASCII in a multi-line string of a valid document; npos: none.
[[nodiscard]] std::size_t wide_in_multiline(std::string_view text);

// The same text with a question mark for every character that is not ASCII: lines and columns stay.
[[nodiscard]] std::string ascii_of(std::string_view text);

[[nodiscard]] bool is_wide(char c) noexcept;

}  // namespace vmcpauth::config
