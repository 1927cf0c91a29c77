// The composition root of `vmcpauth serve`: the only place where real clocks, sockets and files meet the rooms.
#pragma once

#include "core/base/error.hpp"
#include "proxy/serve/options.hpp"

namespace vmcpauth::proxy {

// Serves until SIGINT or SIGTERM has been obeyed. A configuration that is refused has been explained on standard
// error by then: InvalidConfig. Io, Unreachable and others when it could not start.
[[nodiscard]] Result<void> serve(const ServeOptions& options);

}  // namespace vmcpauth::proxy
