// DNS rebinding: what a loopback server asks of Host and Origin before it answers (MCP transports, "Security").
#pragma once

#include "core/base/url.hpp"
#include "core/http/message.hpp"

namespace vmcpauth::proxy {

// Host is the server's own authority, or a loopback name at its port. A missing Host is the socket layer's to refuse.
[[nodiscard]] bool host_is_own(const http::Request& request, const Url& own);
// No Origin, or a loopback one.
[[nodiscard]] bool origin_is_local(const http::Request& request);

}  // namespace vmcpauth::proxy
