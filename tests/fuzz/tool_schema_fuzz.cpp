// A tool's inputSchema and a person's arguments for it: the first line is KEY=VALUE, the rest the schema. Neither may crash, and
// what becomes a header must be one.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "core/mcp/client/tool_arguments.hpp"
#include "core/mcp/param_headers.hpp"
#include "core/mcp/revision.hpp"

using namespace vmcpauth;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto line = text.find('\n');
  const auto pair = text.substr(0, line);
  const auto schema = parse_json(line == std::string::npos ? "{}" : text.substr(line + 1));
  if (!schema) return 0;
  Json arguments = Json::object();
  if (!mcp::add_arguments(arguments, {pair}, *schema)) return 0;
  const auto annotations = mcp::mirrored_parameters(*schema);
  if (!annotations) return 0;
  const auto headers = mcp::mirror(*annotations, arguments);
  if (!headers) return 0;
  for (const auto& header : *headers) {
    if (!http::is_header_name(header.name) || (!header.value.empty() && !http::is_header_value(header.value)) || !mcp::decode_mcp_header(header.value))
      std::abort();
  }
  return 0;
}
