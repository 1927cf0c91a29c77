// HTTP status codes: the reason phrases we send and the one table from ErrorCode to status.
#pragma once

#include <string_view>

#include "core/base/error.hpp"

namespace vmcpauth::http {

// "Not Found" and friends; "" for a status without a registered phrase (RFC 9110 §15).
[[nodiscard]] std::string_view reason_phrase(int status) noexcept;

// The status a client gets when a request fails with this code.
[[nodiscard]] int status_of(ErrorCode code) noexcept;

}  // namespace vmcpauth::http
