// Options that several commands have, so that they are spelt and explained the same everywhere.
#pragma once

#include "cli/options.hpp"

namespace vmcpauth::cli {

// --color auto|always|never
[[nodiscard]] Option color_option();
// --json: one stable, documented JSON value on standard output instead of text for people.
[[nodiscard]] Option json_option(std::string_view page);

}  // namespace vmcpauth::cli
