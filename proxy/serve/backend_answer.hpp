// What a client is told when a backend cannot be called with its credential, or refuses the one it got. The backend's own
// challenge must not reach the client: it would send it to sign in where its token is never forwarded to.
#pragma once

#include <optional>
#include <string>

#include "core/base/error.hpp"
#include "core/http/message.hpp"
#include "core/identity/challenge.hpp"
#include "proxy/serve/mounted_backend.hpp"

namespace vmcpauth::proxy {

// The strategy could not make a credential: 401 with our challenge when signing in again helps (UpstreamToken), 503 when the
// store is down, 504 for a timeout of a token service, else 502.
[[nodiscard]] http::Response no_credential_response(const Error& error, const identity::ChallengeContext& challenge);

// For ForwardRequest::on_response: drops Set-Cookie and WWW-Authenticate of the backend, and turns its 401 into a 502 that
// says whose token it refused; `reason` then says what the backend gave as its reason.
[[nodiscard]] std::optional<http::Response> screen_backend_answer(const MountedBackend& backend, int status, http::Headers& headers, std::string& reason);

}  // namespace vmcpauth::proxy
