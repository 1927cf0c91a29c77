// A backend for the stream benchmark: GET opens an event stream that says one thing and then stays silent, everything
// else is answered with a small JSON-RPC result. bench_backend LISTEN_PORT
#include <cstdlib>

#include "bench/program.hpp"

using namespace vmcpauth;
using namespace vmcpauth::proxy;

namespace {

class Streams final : public RequestHandler {
 public:
  [[nodiscard]] Task<void> handle(Exchange& exchange) override {
    if (exchange.head().method == "GET") {
      co_await hold(exchange);
      co_return;
    }
    const auto body = co_await exchange.read_body(1U << 20U);
    if (!body) co_return;
    const auto sent = co_await exchange.respond(http::Response::json(200, R"({"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"hello"}]}})"));
    static_cast<void>(sent);
  }

 private:
  static Task<void> hold(Exchange& exchange) {
    http::Response head = http::Response::text(200, ": open\n\n");
    head.headers.set("Content-Type", "text/event-stream");
    const auto begun = co_await exchange.begin_stream(std::move(head));
    bool here = begun.has_value();
    while (here) here = co_await exchange.idle(std::chrono::hours(1));
  }
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return std::fprintf(stderr, "bench_backend LISTEN_PORT\n"), 2;
  bench::prepare();
  IoPool pool;
  Streams handler;
  return bench::serve(pool, handler, static_cast<std::uint16_t>(std::atoi(argv[1])));
}
