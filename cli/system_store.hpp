// Opens the real stores for commands that look into one: what main() gives to World::open_store.
#pragma once

#include "cli/store_opening.hpp"
#include "core/base/clock.hpp"
#include "core/base/files.hpp"
#include "core/base/random.hpp"

namespace vmcpauth::cli {

// Everything outlives the opener; the network it is called with is a proxy::SystemNetwork.
[[nodiscard]] StoreOpener system_store_opener(const Env& env, const Clock& clock, Random& random);

}  // namespace vmcpauth::cli
