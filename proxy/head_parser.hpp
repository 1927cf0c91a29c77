// A complete, scanned message head taken apart: the start line by llhttp (the only place that knows it), the field lines, which
// the scanner has seen to, at their colons. Called by request_head and response_head, which add the rules of their side.
#pragma once

#include <string>
#include <string_view>

#include "core/base/error.hpp"
#include "core/http/headers.hpp"

namespace vmcpauth::proxy {

enum class MessageKind { Request, Response };

struct ParsedHead {
  std::string target;  // requests
  int status = 0;      // responses
  int minor = 1;       // HTTP/1.minor
  http::Headers headers;
};

// `head` ends with its empty line. Unsupported for a method llhttp does not know, InvalidInput for all else.
[[nodiscard]] Result<ParsedHead> parse_head(MessageKind kind, std::string_view head);

// Interim responses (1xx) before the final one; more are a peer that never answers.
inline constexpr int kMaxInterimHeads = 16;

// Length of the body a Content-Length value announces: digits only, below 2^60; InvalidInput.
[[nodiscard]] Result<std::uint64_t> parse_content_length(std::string_view value);

// Whether the list in any Connection field holds the option.
[[nodiscard]] bool has_connection_option(const http::Headers& headers, std::string_view option);

}  // namespace vmcpauth::proxy
