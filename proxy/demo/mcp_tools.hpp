// The tools of a demo MCP backend and what it says about itself: pure functions from parameters to MCP results.
// Internal to proxy/demo.
#pragma once

#include <expected>
#include <string>

#include "core/mcp/json_rpc.hpp"
#include "proxy/demo/bearer_report.hpp"

namespace vmcpauth::proxy {

[[nodiscard]] Json server_info(const std::string& backend);
[[nodiscard]] std::string server_instructions(const std::string& backend);
// The value of `tools` in tools/list, always in the same order.
[[nodiscard]] Json tool_list();

// A tools/call result; InvalidParams for an unknown tool or bad arguments of the envelope.
[[nodiscard]] std::expected<Json, mcp::RpcError> call_tool(const Json& params, const BearerReport& bearer, const std::string& backend, TimePoint now);

}  // namespace vmcpauth::proxy
