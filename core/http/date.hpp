// The Date field of an answer (RFC 9110 §5.6.7, §6.6.1), for one question: does this machine's clock agree with the server's?
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.hpp"
#include "core/http/headers.hpp"

namespace vmcpauth::http {

// IMF-fixdate only ("Sun, 06 Nov 1994 08:49:37 GMT"); nullopt for anything else.
[[nodiscard]] std::optional<TimePoint> parse_http_date(std::string_view text);

// "this machine's clock is 60 minutes ahead of the server's" when they differ by more than a minute; "" when they agree or the
// server does not say.
[[nodiscard]] std::string clock_difference(const Headers& headers, TimePoint now);

}  // namespace vmcpauth::http
