// Which files a run reads: paths, folders below them, standard input, the overlay beside them; and reading them, on all
// processors, with the same result as one after the other. Called by load.cpp.
#pragma once

#include <string>
#include <vector>

#include "core/config/load.hpp"
#include "core/config/manifest_reader.hpp"
#include "core/config/overlay.hpp"

namespace vmcpauth::config {

struct Inputs {
  Inventory inventory;
  Overlay overlay;
};

// Reads everything once, in a fixed order (as given, folders sorted by name).
[[nodiscard]] Inputs read_inputs(const LoadOptions& options, const Files& files, Sources& sources, Diagnostics& diagnostics, LoadStatistics& statistics);

}  // namespace vmcpauth::config
