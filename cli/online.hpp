// The network part of `validate --online`: asks every party that the configuration names, with progress on a terminal.
// Called by validate_command.
#pragma once

#include "cli/world.hpp"
#include "core/config/load.hpp"

namespace vmcpauth::cli {

// Adds what was found to `loaded`, which came from the same input. Without parties no network is made.
void ask_online(const World& world, const config::LoadOptions& input, Milliseconds deadline, config::LoadResult& loaded);

}  // namespace vmcpauth::cli
