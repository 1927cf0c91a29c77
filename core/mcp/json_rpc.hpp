// The JSON-RPC 2.0 envelope as MCP narrows it: one object a message (no batches), string or integer ids that are
// never null, params an object. Strict reader and writers; called by everything that answers or makes MCP messages.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "core/base/json.hpp"

namespace vmcpauth::mcp {

// Codes of JSON-RPC 2.0 §5.1 and of MCP 2026-07-28, basic/index "Error Codes".
enum class RpcCode : std::int32_t {
  ParseError = -32700,
  InvalidRequest = -32600,
  MethodNotFound = -32601,
  InvalidParams = -32602,
  InternalError = -32603,
  HeaderMismatch = -32020,
  UnsupportedProtocolVersion = -32022,
};

// Integers beyond ±(2^53 − 1) are refused: JavaScript peers could not give them back unharmed.
using RequestId = std::variant<std::int64_t, std::string>;

enum class MessageKind : std::uint8_t { Request, Notification, Response };

struct Message {
  MessageKind kind = MessageKind::Request;
  std::optional<RequestId> id;   // none for notifications and for responses to unreadable requests
  std::string method;            // "" for responses
  Json params = Json::object();  // always an object
  Json result, error;            // responses: exactly one of the two is not null
};

struct RpcError {
  RpcCode code = RpcCode::InternalError;
  std::string message;  // fixed text or printable; never a secret
  Json data;            // null = left out
};

// Why bytes are no message, with the id when it could still be read (the answer has to carry it).
struct Refusal {
  RpcError error;
  std::optional<RequestId> id;
};

struct MessageLimits {
  std::size_t max_bytes = 1U << 20U;
  int max_depth = 64;
  std::size_t max_id_bytes = 256;
  std::size_t max_method_bytes = 256;
};

// One message from the bytes of one HTTP body. Unknown members are skipped; batches, null, fractional or huge ids,
// params that are no object and messages of two kinds at once are refused (ParseError, InvalidRequest).
[[nodiscard]] std::expected<Message, Refusal> parse_message(std::string_view text, MessageLimits limits = {});

// {"jsonrpc":"2.0","id":…,"result":…}
[[nodiscard]] std::string result_text(const RequestId& id, Json result);
// The error response; without an id the member is left out, as MCP (unlike JSON-RPC's null) says.
[[nodiscard]] std::string error_text(const std::optional<RequestId>& id, const RpcError& error);

[[nodiscard]] Json to_json(const RequestId& id);

}  // namespace vmcpauth::mcp
