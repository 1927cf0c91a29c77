// The members of `call --json`; docs/reference/call-json.md is made from these tables.
#pragma once

#include <array>

#include "core/base/json_shape.hpp"

namespace vmcpauth::cli {

inline constexpr auto kCallErrorMembers = std::to_array<JsonMember>({
    JsonMember::number("code", "The JSON-RPC error code."),
    JsonMember::text("message", "The server's own words."),
    JsonMember::any("data", "What the server added.", "it did"),
});
inline constexpr JsonShape kCallErrorShape{"error", kCallErrorMembers};

inline constexpr auto kCallMembers = std::to_array<JsonMember>({
    JsonMember::text("method", "The MCP method that was called."),
    JsonMember::text("revision", "The protocol revision it was called in."),
    JsonMember::any("result", "The server's result, as it came. Of a list, the pages joined.", "it answered with one"),
    JsonMember::object("error", kCallErrorShape, "The server's error. The exit status is 1.", "it answered with one"),
});
inline constexpr JsonShape kCallShape{"answer", kCallMembers};

}  // namespace vmcpauth::cli
