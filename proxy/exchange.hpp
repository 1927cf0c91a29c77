// One request on a connection as a handler sees it: the parsed head, then the body when it is asked for, and one
// answer: a complete response, an event stream, or what a backend says (forward). No socket in sight.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>

#include "core/base/error.hpp"
#include "core/base/task.hpp"
#include "core/http/message.hpp"
#include "proxy/forward.hpp"

namespace vmcpauth::proxy {

class Exchange {
 public:
  virtual ~Exchange() = default;

  // The head, strictly parsed: exactly one Host, at most one Authorization, path begins with '/' ("*" for OPTIONS *),
  // an absolute-form target's authority has become Host (RFC 9112 §3.2.2). body is empty. The handler may change it before forward().
  [[nodiscard]] virtual http::Request& head() noexcept = 0;

  // The whole body, at most once. TooLarge beyond `max_bytes`, Timeout past the body deadline, InvalidInput for
  // broken framing, Cancelled when the client left. After a failure only respond() makes sense; it closes.
  [[nodiscard]] virtual Task<Result<std::string>> read_body(std::size_t max_bytes) = 0;

  // Sends a complete response; framing headers are set here. Cancelled when the client left.
  [[nodiscard]] virtual Task<Result<void>> respond(http::Response response) = 0;

  // A response of unknown length: head (its body is sent first), pieces that are flushed one by one, end.
  [[nodiscard]] virtual Task<Result<void>> begin_stream(http::Response head) = 0;
  [[nodiscard]] virtual Task<Result<void>> send_piece(std::string piece) = 0;
  [[nodiscard]] virtual Task<Result<void>> end_stream() = 0;
  // Waits until the client leaves, the server drains or the time is over; true when it is worth going on.
  [[nodiscard]] virtual Task<bool> idle(std::chrono::milliseconds at_most) = 0;

  enum class Waited { Woken, TimeOver, Draining, ClientLeft };
  // Waits for waker() to be called, too. With `through_drain` a draining server is not a reason to return.
  [[nodiscard]] virtual Task<Waited> wait(std::chrono::milliseconds at_most, bool through_drain) = 0;
  // Ends the present wait(), or the next. From any thread, also after the exchange is over.
  [[nodiscard]] virtual std::function<void()> waker() = 0;

  // Streams the request to the backend and its response back, both ways at once with back-pressure. Always
  // answers the client (502/504 with a JSON error when the backend cannot); see proxy/forward.hpp. Not after
  // read_body (500) and not after an answer (nothing is sent).
  [[nodiscard]] virtual Task<ForwardSummary> forward(ForwardRequest request) = 0;

  // Status sent or being sent; 0 before.
  [[nodiscard]] virtual int status_sent() const noexcept = 0;
};

// Boundary to the routes: called for every well-formed request, from all io threads. Errors of the peer never
// get here; a handler that returns without answering makes a 500.
class RequestHandler {
 public:
  virtual ~RequestHandler() = default;
  // The exchange outlives the task.
  [[nodiscard]] virtual Task<void> handle(Exchange& exchange) = 0;
};

// Reads the body (at most `max_body` bytes), asks the handler, sends its response: the way of every small route.
// A body that cannot be read is answered with 400, 408 or 413.
[[nodiscard]] Task<void> serve_buffered(Exchange& exchange, http::Handler& handler, std::size_t max_body);

// A RequestHandler whose every route is buffered (demo servers, tests). The handler outlives it.
class BufferedHandler final : public RequestHandler {
 public:
  BufferedHandler(http::Handler& handler, std::size_t max_body) : handler_(handler), max_body_(max_body) {}
  [[nodiscard]] Task<void> handle(Exchange& exchange) override { return serve_buffered(exchange, handler_, max_body_); }

 private:
  http::Handler& handler_;
  std::size_t max_body_;
};

// {"error": code, "error_description": text} with the status; for answers that are not a route's own.
[[nodiscard]] http::Response error_response(int status, std::string_view code, std::string_view text);

}  // namespace vmcpauth::proxy
