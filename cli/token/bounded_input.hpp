// Standard input, read whole up to a bound. Used by commands that take "-".
#pragma once

#include <string>

#include "cli/world.hpp"
#include "core/base/error.hpp"

namespace vmcpauth::cli {

// TooLarge, Io.
[[nodiscard]] Result<std::string> read_input(const World& world, std::size_t max_bytes);

}  // namespace vmcpauth::cli
