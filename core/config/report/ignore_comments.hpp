// `# vmcpauth: ignore VMA601 reason`: accepts one finding where it stands. Behind a value the comment is about that line,
// on a line of its own about the next line with content. Applied by validate after all rules have run.
#pragma once

#include <cstddef>
#include <functional>

#include "core/config/diagnostic.hpp"
#include "core/config/source.hpp"

namespace vmcpauth::config {

// Removes accepted findings and returns how many; reports comments that accept nothing (VMA120) and comments without
// rule or reason (VMA121). `ran` says which rules could have fired in this run: of others no comment is stale.
std::size_t apply_ignore_comments(const Sources& sources, const std::function<bool(Rule)>& ran, Diagnostics& diagnostics);

}  // namespace vmcpauth::config
