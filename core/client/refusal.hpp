// Reads a 401 or 403 of an MCP server (RFC 6750 §3, RFC 9449 §7.1, RFC 9728 §5.1). Called by the decorated clients and
// by discovery.
#pragma once

#include "core/client/token_source.hpp"
#include "core/http/headers.hpp"

namespace vmcpauth::client {

// The DPoP or Bearer challenge of an answer: the first that names its metadata, else the first of either. Members that are
// malformed count as absent.
[[nodiscard]] Refusal read_refusal(const http::Headers& headers);

}  // namespace vmcpauth::client
