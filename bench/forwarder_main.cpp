// The data path alone: every request goes to one backend with its token swapped, nothing is verified. Tells the cost
// of sockets and HTTP from the cost of authentication. bench_forwarder LISTEN_PORT BACKEND_URL [THREADS]
#include <signal.h>

#include <cstdio>
#include <cstdlib>

#include "proxy/server.hpp"

using namespace vmcpauth;
using namespace vmcpauth::proxy;

namespace {

class SwapToken final : public RequestHandler {
 public:
  explicit SwapToken(std::shared_ptr<const Backend> backend) : backend_(std::move(backend)) {}
  [[nodiscard]] Task<void> handle(Exchange& exchange) override {
    const auto& head = exchange.head();
    ForwardRequest request;
    request.backend = backend_;
    request.target = head.query.empty() ? head.path : head.path + "?" + head.query;
    request.set.add("Authorization", "Bearer swapped");
    const auto summary = co_await exchange.forward(std::move(request));
    static_cast<void>(summary);
  }

 private:
  std::shared_ptr<const Backend> backend_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return std::fprintf(stderr, "bench_forwarder LISTEN_PORT BACKEND_URL [THREADS]\n"), 2;
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  const auto url = Url::parse(argv[2]);
  if (!url) return std::fprintf(stderr, "%s\n", url.error().describe().c_str()), 2;
  auto backend = Backend::make({.name = "backend", .url = *url});
  SystemClock clock;
  Logger log(clock, LogLevel::Warn, LogFormat::Human, false, [](std::string_view line) { std::fwrite(line.data(), 1, line.size(), stderr); });
  IoPool pool({.threads = argc > 3 ? static_cast<std::size_t>(std::atoi(argv[3])) : 0});
  SwapToken handler(*backend);
  Server server(pool, handler, log);
  auto socket = ListenSocket::open("127.0.0.1", static_cast<std::uint16_t>(std::atoi(argv[1])), pool.size());
  if (!socket) return std::fprintf(stderr, "%s\n", socket.error().describe().c_str()), 3;
  server.serve(*std::move(socket));
  int signal = 0;
  sigwait(&signals, &signal);
  server.drain(std::chrono::seconds(1));
  return 0;
}
