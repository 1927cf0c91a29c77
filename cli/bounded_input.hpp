// Standard input as a text, up to a bound. Used by the commands that take "-".
#pragma once

#include <cstddef>
#include <string>

#include "cli/world.hpp"
#include "core/base/error.hpp"

namespace vmcpauth::cli {

// All of it. TooLarge, Io.
[[nodiscard]] Result<std::string> read_input(const World& world, std::size_t max_bytes);

// All of it or its first `max_bytes`, for those who say themselves what is too large; the rest is not waited for.
[[nodiscard]] std::string read_input_up_to(const World& world, std::size_t max_bytes);

}  // namespace vmcpauth::cli
