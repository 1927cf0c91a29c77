// What the forwarder is asked and what it reports. Called by the routes through Exchange::forward.
// The client's hop-by-hop and reserved fields (Authorization, Cookie, Forwarded, X-Forwarded-*, …) are dropped here
// and nowhere else, then `set` is applied; bodies are untouched; 1xx but 100 and 101 are passed on (RFC 9110 §7.6, §15.2).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/http/headers.hpp"
#include "core/http/message.hpp"
#include "proxy/backend.hpp"

namespace vmcpauth::proxy {

struct ForwardRequest {
  std::shared_ptr<const Backend> backend;
  std::string target;  // path and query of the request line to the backend
  http::Headers set;   // replaces the client's fields of these names (what OutgoingAuth::apply returned)
  // Sees status and end-to-end headers of the backend's final response before any of it is sent; may change the
  // headers. A returned response is sent instead and the backend's is dropped.
  std::function<std::optional<http::Response>(int status, http::Headers& headers)> on_response;
};

struct ForwardSummary {
  int status = 0;                     // what the client got; 0: it left before
  std::optional<int> backend_status;  // what the backend said
  std::uint64_t request_body_bytes = 0;
  std::uint64_t response_body_bytes = 0;
  bool reused_connection = false;
  double connect_ms = 0;     // name, TCP and TLS; 0 when reused
  double first_byte_ms = 0;  // from the call to the backend's response head; 0 when none came
  double total_ms = 0;
  // Why it ended early: Unreachable, BlockedAddress, Timeout, BadResponse (also: closed mid-stream), Cancelled (the
  // client left), InvalidInput (its body framing broke). For the log; the client got fixed text.
  std::optional<Error> error;
};

}  // namespace vmcpauth::proxy
