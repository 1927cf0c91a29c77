// Lines of foreign text as a terminal may show them: nothing that steers it or reorders what is read (Unicode TR36 section 2.10),
// and how many of its cells they take. Called for excerpts.
#pragma once

#include <string>
#include <string_view>

namespace vmcpauth::config {

// Whether a byte of UTF-8 goes on with a character that began before it.
[[nodiscard]] constexpr bool is_continuation(char c) noexcept { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

// Appends `text` with as many characters as it has: tabs become a space; controls (also U+0080 to U+009F), marks of direction, line
// separators and broken UTF-8 become '?'.
void append_shown(std::string& out, std::string_view text);

// The cells that `text`, valid UTF-8, takes on a terminal: two for East Asian wide characters and emoji, none for combining marks.
[[nodiscard]] std::size_t cells(std::string_view text) noexcept;

}  // namespace vmcpauth::config
