// How claims are read for looking at them: dates and lists of strings in whatever form they came. Used within this room.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/json.hpp"

namespace vmcpauth::inspect {

// "" unless it is a string.
[[nodiscard]] std::string text_claim(const Json& claims, std::string_view name);

// A NumericDate (RFC 7519 §2), fractions cut off; nullopt when absent, not a number, or outside the years 1970 to 9999.
[[nodiscard]] std::optional<TimePoint> date_claim(const Json& claims, std::string_view name);

// `aud`: one string or several; what is no string is left out.
[[nodiscard]] std::vector<std::string> audience_claim(const Json& claims);

// `scope` and `scp`, each as a string or an array, in order, without duplicates.
[[nodiscard]] std::vector<std::string> scope_claim(const Json& claims);

// "2026-11-24 13:05:11Z".
[[nodiscard]] std::string utc_text(TimePoint time);
// "in 42m 3s", "1h 2m ago", "now".
[[nodiscard]] std::string relative_text(TimePoint time, TimePoint now);

// True for text that is itself a token (three base64url parts, the first a JSON header): shown nowhere.
[[nodiscard]] bool is_embedded_token(std::string_view text);
// A copy in which every string that is a token itself reads "[redacted]".
[[nodiscard]] Json without_tokens(const Json& value);

}  // namespace vmcpauth::inspect
