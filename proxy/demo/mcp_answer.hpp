// How an MCP answer travels over Streamable HTTP: plain JSON or one server-sent event, by the client's Accept and the
// server's taste. Internal to proxy/demo.
#pragma once

#include <optional>
#include <string>

#include "core/http/message.hpp"

namespace vmcpauth::proxy {

enum class AnswerType : std::uint8_t { Json, EventStream };

// Of the media types the client accepts (RFC 9110 §12.5.1); nullopt = neither. No Accept accepts everything.
[[nodiscard]] std::optional<AnswerType> negotiate_answer(const http::Request& request, bool prefer_event_stream);

[[nodiscard]] http::Response mcp_answer(int status, AnswerType type, const std::string& message);

}  // namespace vmcpauth::proxy
