// Tool parameters that travel as Mcp-Param-* headers too (MCP 2026-07-28, streamable-http, "Custom Headers from Tool Parameters"):
// reading the `x-mcp-header` annotations of an inputSchema, refusing wrong ones, and making the headers of one call.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.hpp"
#include "core/http/headers.hpp"

namespace vmcpauth::mcp {

struct HeaderAnnotation {
  std::vector<std::string> path;  // of property names, from the root
  std::string name;               // without Mcp-Param-
};

// Every annotation of the schema. InvalidInput names the first that is empty, no header name, doubled in whatever case, on a
// parameter that is no string, integer or boolean, or not reached by `properties` alone.
[[nodiscard]] Result<std::vector<HeaderAnnotation>> header_annotations(const Json& input_schema);

// One header for each annotated value the arguments hold; null and absent ones have none. InvalidInput for a value of another
// type than a header can carry, or an integer beyond ±(2^53 − 1).
[[nodiscard]] Result<http::Headers> parameter_headers(const std::vector<HeaderAnnotation>& annotations, const Json& arguments);

// Plain when the value is header-safe, else =?base64?…?=; the other direction is decode_mcp_header().
[[nodiscard]] std::string encode_mcp_header(std::string_view value);

}  // namespace vmcpauth::mcp
