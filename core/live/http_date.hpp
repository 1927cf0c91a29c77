// The Date of an HTTP answer (RFC 9110 §5.6.7, IMF-fixdate): how far a peer's clock is from ours.
#pragma once

#include <optional>
#include <string_view>

#include "core/base/clock.hpp"

namespace vmcpauth::live {

// "Sun, 06 Nov 1994 08:49:37 GMT"; nothing for the obsolete forms and for anything else.
[[nodiscard]] std::optional<TimePoint> parse_http_date(std::string_view text);

}  // namespace vmcpauth::live
