// A request head with the server's rules applied on top of the parser (RFC 9110 §7.2, RFC 9112 §3, §6): one Host, one
// Authorization, unambiguous framing, a target we understand. Called by the server's connection; fuzzed.
#pragma once

#include <expected>
#include <string_view>

#include "core/http/message.hpp"
#include "proxy/body_decoder.hpp"

namespace vmcpauth::proxy {

struct Rejection {
  int status = 400;
  std::string_view reason;  // fixed text
};

struct RequestHead {
  http::Request request;
  BodyDecoder body = BodyDecoder::none();
  bool http_1_0 = false;
  bool keep_alive = true;
  bool expects_continue = false;
};

// `head` is what HeadScanner found complete.
[[nodiscard]] std::expected<RequestHead, Rejection> parse_request_head(std::string_view head);

}  // namespace vmcpauth::proxy
