#include "core/mcp/json_rpc.hpp"

#include <algorithm>
#include <utility>

namespace vmcpauth::mcp {
namespace {

constexpr std::int64_t kLargestSafeInteger = 9'007'199'254'740'991;  // 2^53 − 1

Refusal refuse(RpcCode code, std::string message, std::optional<RequestId> id = std::nullopt) {
  return {.error = {.code = code, .message = std::move(message), .data = {}}, .id = std::move(id)};
}

std::optional<RequestId> read_id(const Json& value, const MessageLimits& limits) {
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    if (text.size() > limits.max_id_bytes) return std::nullopt;
    return RequestId(text);
  }
  if (value.is_number_unsigned() && value.get<std::uint64_t>() > static_cast<std::uint64_t>(kLargestSafeInteger)) return std::nullopt;
  if (!value.is_number_integer()) return std::nullopt;
  const auto number = value.get<std::int64_t>();
  if (number < -kLargestSafeInteger) return std::nullopt;
  return RequestId(number);
}

std::expected<Message, Refusal> read_call(const Json& object, Message message, const MessageLimits& limits) {
  const Json& method = object.at("method");
  if (!method.is_string()) return std::unexpected(refuse(RpcCode::InvalidRequest, "method is not a string", message.id));
  message.method = method.get<std::string>();
  const bool printable_ascii = std::all_of(message.method.begin(), message.method.end(), [](char c) { return c > 0x20 && c < 0x7F; });
  if (message.method.empty() || message.method.size() > limits.max_method_bytes || !printable_ascii) {
    return std::unexpected(refuse(RpcCode::InvalidRequest, "method is not a name", message.id));
  }
  if (object.contains("result") || object.contains("error")) {
    return std::unexpected(refuse(RpcCode::InvalidRequest, "a message is a request or a response, not both", message.id));
  }
  message.kind = message.id ? MessageKind::Request : MessageKind::Notification;
  const auto params = object.find("params");
  if (params == object.end()) return message;
  if (!params->is_object()) return std::unexpected(refuse(RpcCode::InvalidRequest, "params is not an object", message.id));
  const auto meta = params->find("_meta");
  if (meta != params->end() && !meta->is_object()) return std::unexpected(refuse(RpcCode::InvalidRequest, "_meta is not an object", message.id));
  message.params = *params;
  return message;
}

std::expected<Message, Refusal> read_response(const Json& object, Message message) {
  const auto result = object.find("result");
  const auto error = object.find("error");
  if ((result == object.end()) == (error == object.end())) {
    return std::unexpected(refuse(RpcCode::InvalidRequest, "a message has a method, a result or an error"));
  }
  message.kind = MessageKind::Response;
  if (result != object.end()) {
    if (!message.id) return std::unexpected(refuse(RpcCode::InvalidRequest, "a result needs an id"));
    if (!result->is_object()) return std::unexpected(refuse(RpcCode::InvalidRequest, "result is not an object"));
    message.result = *result;
    return message;
  }
  const bool shaped =
      error->is_object() && error->contains("code") && error->at("code").is_number_integer() && error->contains("message") && error->at("message").is_string();
  if (!shaped) return std::unexpected(refuse(RpcCode::InvalidRequest, "error has no integer code and string message"));
  message.error = *error;
  return message;
}

}  // namespace

std::expected<Message, Refusal> parse_message(std::string_view text, MessageLimits limits) {
  auto json = parse_json(text, {.max_bytes = limits.max_bytes, .max_depth = limits.max_depth});
  if (!json) return std::unexpected(refuse(RpcCode::ParseError, json.error().message()));
  if (json->is_array()) return std::unexpected(refuse(RpcCode::InvalidRequest, "batches are not part of MCP"));
  if (!json->is_object()) return std::unexpected(refuse(RpcCode::InvalidRequest, "a message is an object"));

  Message message;
  if (const auto id = json->find("id"); id != json->end()) {
    message.id = read_id(*id, limits);
    if (!message.id) return std::unexpected(refuse(RpcCode::InvalidRequest, "id is not a short string or a safe integer"));
  }
  const auto version = json->find("jsonrpc");
  if (version == json->end() || *version != "2.0") return std::unexpected(refuse(RpcCode::InvalidRequest, "jsonrpc is not \"2.0\"", message.id));
  if (json->contains("method")) return read_call(*json, std::move(message), limits);
  return read_response(*json, std::move(message));
}

Json to_json(const RequestId& id) {
  return std::visit([](const auto& value) { return Json(value); }, id);
}

std::string result_text(const RequestId& id, Json result) {
  Json message = {{"jsonrpc", "2.0"}, {"id", to_json(id)}};
  message["result"] = std::move(result);
  return dump_json(message);
}

std::string error_text(const std::optional<RequestId>& id, const RpcError& error) {
  Json body = {{"code", static_cast<std::int32_t>(error.code)}, {"message", error.message}};
  if (!error.data.is_null()) body["data"] = error.data;
  Json message = {{"jsonrpc", "2.0"}, {"error", std::move(body)}};
  if (id) message["id"] = to_json(*id);
  return dump_json(message);
}

}  // namespace vmcpauth::mcp
