// Go durations ("1h30m", "168h", "500ms"), as ToolHive's configuration writes them, and durations for people.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "core/base/error.hpp"

namespace vmcpauth {

using Nanoseconds = std::chrono::nanoseconds;

// Go's time.ParseDuration: sign, decimal numbers with optional fraction, units ns us µs ms s m h (no d).
// InvalidInput, also past ±292 years.
[[nodiscard]] Result<Nanoseconds> parse_go_duration(std::string_view text);

// "2h 5m", "42s", "1d 3h": at most two units, for people.
[[nodiscard]] std::string human_duration(std::chrono::seconds duration);

}  // namespace vmcpauth
