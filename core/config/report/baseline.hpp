// Findings that were there when a project began to validate: kept in a file, hidden from then on, and only allowed to
// become fewer. Written by `validate --write-baseline FILE`, applied by `validate --baseline FILE`.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "core/base/files.hpp"
#include "core/config/diagnostic.hpp"
#include "core/config/source.hpp"

namespace vmcpauth::config {

// The text of a baseline that accepts every error and warning in `diagnostics`. Files are named relative to the
// folder of `path`, so that it does not matter where the program is started.
[[nodiscard]] std::string baseline_text(const Diagnostics& diagnostics, const Sources& sources, std::string_view path);

// Removes accepted findings and returns how many. Reports an unreadable baseline (VMA101, VMA123) and entries that match
// fewer findings than they say (VMA122); `ran` says which rules could have fired, `files` which files are gone.
std::size_t apply_baseline(std::string_view path, const Files& files, const std::function<bool(Rule)>& ran, Sources& sources, Diagnostics& diagnostics);

}  // namespace vmcpauth::config
