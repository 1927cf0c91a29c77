// Tool parameters that are mirrored into Mcp-Param-* headers (2026-07-28, transports/streamable-http "Custom Headers from
// Tool Parameters"): read from a tool's inputSchema, written for a backend, checked on a client's request.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/json.hpp"
#include "core/http/headers.hpp"
#include "core/mcp/json_rpc.hpp"

namespace vmcpauth::mcp {

struct MirroredParameter {
  std::string header;             // "Mcp-Param-Region"
  std::vector<std::string> path;  // of property names, from the arguments' root
};

// The x-mcp-header annotations of a tool. InvalidInput, with the reason, for one that breaks a rule of the specification:
// such a tool is not to be offered.
[[nodiscard]] Result<std::vector<MirroredParameter>> mirrored_parameters(const Json& tool);

// The headers for these arguments; a parameter that is absent or null has none.
[[nodiscard]] http::Headers mirror(const std::vector<MirroredParameter>& parameters, const Json& arguments);

// nullopt when the request's headers say what its arguments say; else the HeaderMismatch error.
[[nodiscard]] std::optional<RpcError> check_mirrored(const std::vector<MirroredParameter>& parameters, const Json& arguments, const http::Headers& headers);

// Plain when every byte may stand in a header and nothing looks like an encoding, else =?base64?…?=.
[[nodiscard]] std::string encode_mcp_header(std::string_view value);

}  // namespace vmcpauth::mcp
