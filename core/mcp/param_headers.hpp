// Tool parameters that are mirrored into Mcp-Param-* headers (2026-07-28, transports/streamable-http "Custom Headers from
// Tool Parameters"): read from a tool's inputSchema, written for a server, checked on a client's request.
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

// Every annotation of the schema; of anything but an object: none. InvalidInput names the first that is empty, no header name,
// doubled in whatever case, on a parameter that is no string, integer or boolean, not reached by `properties` alone, or one of
// more than 32: such a tool is not to be offered. The schema's depth is bounded by whoever parsed it.
[[nodiscard]] Result<std::vector<MirroredParameter>> mirrored_parameters(const Json& input_schema);

// The headers for these arguments; a parameter that is absent or null has none. InvalidInput for a value of another type than a
// header can carry, or an integer beyond ±(2^53 − 1).
[[nodiscard]] Result<http::Headers> mirror(const std::vector<MirroredParameter>& parameters, const Json& arguments);

// nullopt when the request's headers say what its arguments say; else the HeaderMismatch error.
[[nodiscard]] std::optional<RpcError> check_mirrored(const std::vector<MirroredParameter>& parameters, const Json& arguments, const http::Headers& headers);

}  // namespace vmcpauth::mcp
