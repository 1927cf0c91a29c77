// The OAuth side of the error table: which protocol error an ErrorCode becomes when nothing more exact is known, the HTTP
// status of each, and the fixed text clients get (detail goes to log and timeline). RFC 6749 §4.1.2.1 and §5.2, RFC 8707 §2,
// RFC 7591 §3.2.2, OpenID Connect Core §3.1.2.6.
#pragma once

#include <string>
#include <string_view>

#include "core/base/error.hpp"

namespace vmcpauth::oauth {

// An Error that carries the OAuth code; the message is for log and timeline, and for clients where they made the mistake.
[[nodiscard]] std::unexpected<Error> refuse(std::string_view oauth_code, std::string message);

// The error's own OAuth code, else the table's.
[[nodiscard]] std::string oauth_code(const Error& error);
[[nodiscard]] std::string_view oauth_code(ErrorCode code) noexcept;
// The nearest ErrorCode of an OAuth code.
[[nodiscard]] ErrorCode error_code(std::string_view oauth_code) noexcept;

// Status of a direct answer (token, registration): 401 invalid_client, 429, 500, 503, else 400.
[[nodiscard]] int http_status(std::string_view oauth_code) noexcept;
// One fixed sentence for a code.
[[nodiscard]] std::string_view fixed_description(std::string_view oauth_code) noexcept;

// What error and error_description may hold: %x20-21 / %x23-5B / %x5D-7E (RFC 6749 §5.2); the rest becomes '?', cut to 300 bytes.
[[nodiscard]] std::string as_description(std::string_view text);

}  // namespace vmcpauth::oauth
