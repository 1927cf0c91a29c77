// What the endpoints that clients POST forms to (token, revocation) share: reading the form, and answers that are never
// cached (RFC 6749 §3.2, §5.2). Private to this room.
#pragma once

#include "core/base/error.hpp"
#include "core/http/message.hpp"
#include "core/oauth/parameters.hpp"

namespace vmcpauth::authserver {

// invalid_request: not a form, broken, or a parameter given twice.
[[nodiscard]] Result<oauth::Parameters> read_form(const http::Request& request);

[[nodiscard]] http::Response never_cached(http::Response response);

// The error as RFC 6749 §5.2 wants it told; 401 names the scheme the client tried.
[[nodiscard]] http::Response form_refusal(const http::Request& request, const Error& error);

}  // namespace vmcpauth::authserver
