// The one place that decides which header fields a backend gets. Called by the forwarder for every proxied request.
// An allowlist, as in ToolHive's vMCP: fields of HTTP content, of MCP (Mcp-*), of tracing and passthroughHeaders;
// everything else a client sends (credentials and API keys above all) stays here.
#pragma once

#include "core/http/headers.hpp"
#include "core/outgoing/passthrough.hpp"

namespace vmcpauth::outgoing {

// True when a client's field of that name reaches a backend without being listed in passthroughHeaders.
[[nodiscard]] bool is_forwarded_by_default(std::string_view name) noexcept;

// The client's allowed fields in their order. Hop-by-hop fields, also those that Connection names, and reserved ones never
// pass. Framing (Content-Length, Transfer-Encoding) and Host are the connection's to write.
[[nodiscard]] http::Headers request_headers(http::Headers client, const Passthrough& passthrough);

}  // namespace vmcpauth::outgoing
