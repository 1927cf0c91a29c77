// Results of MCP methods for people: lists as lists, content as text, the rest as indented JSON. What the server wrote is made
// printable for a terminal and left as it is for a pipe.
#pragma once

#include <string>
#include <string_view>

#include "core/base/json.hpp"

namespace vmcpauth::mcp {
struct Outcome;
}

namespace vmcpauth::cli {

struct Look {
  bool bold = false;      // escape sequences for emphasis
  bool sanitize = false;  // control characters of foreign text are replaced
  std::size_t width = 80;
};

// Ends with a line feed unless it is empty.
[[nodiscard]] std::string result_text(std::string_view method, const Json& result, const Look& look);

// What --json prints (call_shapes.hpp). `revision`: the one the server was asked in.
[[nodiscard]] Json outcome_json(std::string_view method, std::string_view revision, const mcp::Outcome& outcome);

// tools/call: the tool itself says it failed.
[[nodiscard]] bool is_tool_error(const Json& result);

}  // namespace vmcpauth::cli
