// Bytes: an Mcp-Name header up to the first line break, then a JSON-RPC body. What is accepted must survive being answered.
#include <cstdlib>

#include "core/mcp/json_rpc.hpp"
#include "core/mcp/revision.hpp"

using namespace vmcpauth;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto line = text.substr(0, text.find('\n'));
  const auto body = text.substr(std::min(text.size(), line.size() + 1));
  const auto message = mcp::parse_message(body);
  if (!message) return parse_json(mcp::error_text(message.error().id, message.error().error)) ? 0 : (std::abort(), 0);
  http::Headers headers{{"MCP-Protocol-Version", "2026-07-28"}, {"Mcp-Method", message->method}, {"Mcp-Name", std::string(line)}};
  static_cast<void>(mcp::era_of(*message, headers));
  static_cast<void>(mcp::check_modern_request(*message, headers));
  if (message->kind == mcp::MessageKind::Request) {
    const auto answer = mcp::parse_message(mcp::result_text(*message->id, Json::object()));
    if (!answer || answer->id != message->id) std::abort();
  }
  return 0;
}
