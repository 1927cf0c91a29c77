// A whole HTTP request and response as handlers see them: parsed, bounded, no sockets. Bodies here are small
// and complete (authorization server, discovery, pages); the forwarder streams its own.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/encoding.hpp"
#include "core/base/error.hpp"
#include "core/base/task.hpp"
#include "core/http/headers.hpp"

namespace vmcpauth::http {

struct Request {
  std::string method;  // as sent, upper case for all methods we know
  std::string path;    // still percent-encoded, begins with '/'
  std::string query;   // without '?'
  Headers headers;
  std::string body;
  std::string peer_address;  // textual IP of the socket's other end

  // The value of one query parameter; InvalidInput when it is given twice (RFC 6749 §3.1).
  [[nodiscard]] Result<std::optional<std::string>> query_parameter(std::string_view name) const;
  // Media type without parameters, lower case; "" when absent.
  [[nodiscard]] std::string content_type() const;
};

struct Response {
  int status = 200;
  Headers headers;
  std::string body;

  [[nodiscard]] static Response json(int status, std::string body);
  [[nodiscard]] static Response text(int status, std::string body);
  // HTML with a strict CSP (no script, no external asset), no-store, nosniff, no referrer, no framing.
  [[nodiscard]] static Response html(int status, std::string body);
  // 303: the next request is a GET whatever this one was (RFC 9700 §4.12).
  [[nodiscard]] static Response redirect(std::string location);
};

class Handler {
 public:
  virtual ~Handler() = default;
  [[nodiscard]] virtual Task<Response> handle(Request request) = 0;
};

}  // namespace vmcpauth::http
