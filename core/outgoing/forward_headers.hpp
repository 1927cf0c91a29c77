// headerForward of an MCPServerEntry: fixed header fields that every request to one backend gets, around its strategy, whose
// own fields win. Made by the composition root once a backend.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "core/base/log.hpp"
#include "core/config/runtime.hpp"
#include "core/outgoing/outgoing_auth.hpp"

namespace vmcpauth::outgoing {

// The strategy itself when there is nothing to forward. A later header replaces an earlier one of the same name: secrets come
// last. InvalidConfig: a name that is no header's or belongs to the connection or the proxy (Host, framing, hop-by-hop, Forwarded,
// Proxy-Authorization), a value with line breaks or other controls. Fields a request carries for MCP itself (Accept, Content-Type,
// Mcp-*, …) stay the client's, as in ToolHive: they are left out with a warning.
[[nodiscard]] Result<std::unique_ptr<OutgoingAuth>> with_forward_headers(std::unique_ptr<OutgoingAuth> strategy,
                                                                         const std::vector<config::ForwardHeader>& headers, const Logger& logger);

}  // namespace vmcpauth::outgoing
