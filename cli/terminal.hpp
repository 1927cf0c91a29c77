// What the command line may assume about where its output goes: a terminal or not, colour, width.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/base/files.hpp"

namespace vmcpauth::cli {

enum class ColourChoice : std::uint8_t { Auto, Always, Never };

// "auto", "always", "never"; anything else is Auto (the parser has checked the choices).
[[nodiscard]] ColourChoice colour_choice(std::string_view text);

struct Terminal {
  bool output_is_terminal = false;  // standard output
  bool error_is_terminal = false;   // standard error
  bool input_is_terminal = false;   // standard input
  std::size_t width = 80;           // columns that text is folded at, 40 to 100
};

// Asks the operating system; COLUMNS decides where it does not know the width.
[[nodiscard]] Terminal detect_terminal(const Env& env);

// Whether to colour a stream. NO_COLOR (no-color.org: set and not empty) and TERM=dumb turn Auto off.
[[nodiscard]] bool use_colour(ColourChoice choice, bool is_terminal, const Env& env);

}  // namespace vmcpauth::cli
