#include "core/mcp/client/peers.hpp"

#include "core/base/encoding.hpp"

namespace vmcpauth::mcp {

Task<std::expected<Json, RpcError>> NoServerRequests::answer(std::string method, Json /*params*/) {
  co_return std::unexpected(RpcError{.code = RpcCode::MethodNotFound, .message = printable(method, 100) + " is not supported by this client", .data = {}});
}

bool covers(const Json& capabilities, std::string_view method) {
  if (method == "ping") return true;
  if (method == "elicitation/create") return capabilities.contains("elicitation");
  if (method == "sampling/createMessage") return capabilities.contains("sampling");
  if (method == "roots/list") return capabilities.contains("roots");
  return false;
}

}  // namespace vmcpauth::mcp
