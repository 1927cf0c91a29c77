// A server on a free loopback port for the length of a test, with short deadlines and a handler that is a function.
#pragma once

#include <functional>
#include <string>

#include "proxy/server.hpp"
#include "tests/support/fakes.hpp"
#include "tests/support/raw_peer.hpp"

namespace vmcpauth::test {

using proxy::Exchange;

class FunctionHandler final : public proxy::RequestHandler {
 public:
  using Function = std::function<Task<void>(Exchange&)>;
  explicit FunctionHandler(Function function) : function_(std::move(function)) {}
  [[nodiscard]] Task<void> handle(Exchange& exchange) override { return function_(exchange); }

 private:
  Function function_;
};

// Answers with "METHOD path query host body".
class EchoHandler final : public http::Handler {
 public:
  [[nodiscard]] Task<http::Response> handle(http::Request request) override {
    auto text = request.method + " " + request.path + " " + request.query + " " + std::string(request.headers.get("host").value_or("")) + " " + request.body;
    co_return http::Response::text(200, text);
  }
};

inline proxy::ServerOptions quick_options() {
  proxy::ServerOptions options;
  options.header_deadline = 300ms;
  options.body_deadline = 300ms;
  options.stall_timeout = 2000ms;
  options.idle_timeout = 1000ms;
  return options;
}

class Served {
 public:
  explicit Served(proxy::RequestHandler& handler, proxy::ServerOptions options = quick_options(), std::size_t threads = 2)
      : pool({.threads = threads, .blocking_threads = 2, .sweep = std::chrono::milliseconds(20)}), server(pool, handler, log.logger, options) {
    auto socket = proxy::ListenSocket::open("127.0.0.1", 0, pool.size());
    if (!socket) throw std::runtime_error(socket.error().describe());
    port = socket->port();
    server.serve(*std::move(socket));
  }
  [[nodiscard]] RawPeer connect() const { return RawPeer::connect(port); }
  // One request on a connection of its own, everything that came back.
  [[nodiscard]] std::string ask(std::string_view bytes) const {
    auto client = connect();
    client.send(bytes);
    return client.take_message();
  }

  RecordingLog log;
  proxy::IoPool pool;
  proxy::Server server;
  std::uint16_t port = 0;
};

// Buffered echo behind the strict front.
struct ServedEcho {
  EchoHandler echo;
  proxy::BufferedHandler handler{echo, 64U << 10U};
  Served served;
  explicit ServedEcho(proxy::ServerOptions options = quick_options()) : served(handler, options) {}
};

}  // namespace vmcpauth::test
