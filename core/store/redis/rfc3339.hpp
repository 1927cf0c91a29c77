// Times as Go's encoding/json writes them (RFC 3339), for the rows of ToolHive that hold such.
#pragma once

#include <string>
#include <string_view>

#include "core/base/clock.hpp"
#include "core/base/error.hpp"

namespace vmcpauth::store::redis {

// Whole seconds, UTC: "2026-11-24T13:00:00Z". Such texts compare like the times they say.
[[nodiscard]] std::string to_rfc3339(TimePoint time);
// Any offset, any fraction (dropped). InvalidInput.
[[nodiscard]] Result<TimePoint> from_rfc3339(std::string_view text);

}  // namespace vmcpauth::store::redis
