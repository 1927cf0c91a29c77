// A backend's response head and how its body is framed (RFC 9112 §6.3), and the writing of heads. Called by the
// forwarder and the HTTP client; the writer by the server too.
#pragma once

#include <string>
#include <string_view>

#include "core/http/message.hpp"
#include "proxy/body_decoder.hpp"

namespace vmcpauth::proxy {

struct ResponseHead {
  int status = 0;
  http::Headers headers;
  BodyDecoder body = BodyDecoder::none();
  bool keep_alive = false;
};

// The head of a response to a request with this method. BadResponse for anything ambiguous.
[[nodiscard]] Result<ResponseHead> parse_response_head(std::string_view head, std::string_view request_method);

// "HTTP/1.1 200 OK\r\n".
void append_status_line(std::string& out, int status);
void append_header(std::string& out, std::string_view name, std::string_view value);
// "Date: …\r\n", formatted once a second a thread.
void append_date(std::string& out);
// All fields in order; false (and nothing usable) when a name or value could end the line.
[[nodiscard]] bool append_headers(std::string& out, const http::Headers& headers);
// "1f4\r\n".
void append_chunk_size(std::string& out, std::size_t size);
inline constexpr std::string_view kLastChunk = "0\r\n\r\n";

}  // namespace vmcpauth::proxy
