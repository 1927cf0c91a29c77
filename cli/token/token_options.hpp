// Options that several token commands have, and how their values are read.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/options.hpp"
#include "cli/parser.hpp"
#include "cli/token/paint.hpp"
#include "cli/world.hpp"
#include "core/base/json.hpp"

namespace vmcpauth::cli {

// The parts in one list.
[[nodiscard]] std::vector<Option> joined(std::vector<std::vector<Option>> parts);

// --store URL, --server [NS/]NAME, --prefix TEXT: where to look.
[[nodiscard]] std::vector<Option> store_options();
// --write: permission to change a Redis.
[[nodiscard]] Option write_option();
// --provider NAME
[[nodiscard]] Option provider_option();
// --user ID|EMAIL
[[nodiscard]] Option user_option();

// "name" of "ns/name" and of "name".
[[nodiscard]] std::string server_name(std::string_view server);

[[nodiscard]] Paint output_paint(const World& world, const Invocation& invocation);

// Writes the JSON value and a line end.
void print_json(const World& world, const OrderedJson& value);

}  // namespace vmcpauth::cli
