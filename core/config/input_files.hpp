// Which files a run reads: paths, folders below them, standard input, the overlay beside them; and reading them, on all
// processors, with the same result as one after the other. Called by load.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/config/load.hpp"
#include "core/config/manifest_reader.hpp"
#include "core/config/overlay.hpp"

namespace vmcpauth::config {

// What of a file is wanted: its resources, its documents as they were read (which need much more memory), or both.
enum class ReadMode : std::uint8_t { Resources, Documents, Both };

struct Inputs {
  Inventory inventory;
  Overlay overlay;
  std::vector<SourceDocuments> documents;  // ReadMode::Documents and Both
};

// Reads everything once, in a fixed order (as given, folders sorted by name).
[[nodiscard]] Inputs read_inputs(const LoadOptions& options, ReadMode mode, const Files& files, Sources& sources, Diagnostics& diagnostics,
                                 LoadStatistics& statistics);

}  // namespace vmcpauth::config
