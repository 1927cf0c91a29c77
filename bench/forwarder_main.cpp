// The data path alone: every request goes to one backend with its token swapped, nothing is verified. Tells the cost
// of sockets and HTTP from the cost of authentication. bench_forwarder LISTEN_PORT BACKEND_URL
#include <cstdlib>

#include "bench/program.hpp"

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
  if (argc != 3) return std::fprintf(stderr, "bench_forwarder LISTEN_PORT BACKEND_URL\n"), 2;
  bench::prepare();
  const auto url = Url::parse(argv[2]);
  if (!url) return std::fprintf(stderr, "%s\n", url.error().describe().c_str()), 2;
  const auto backend = Backend::make({.name = "backend", .url = *url});
  if (!backend) return std::fprintf(stderr, "%s\n", backend.error().describe().c_str()), 2;
  IoPool pool;
  SwapToken handler(*backend);
  return bench::serve(pool, handler, static_cast<std::uint16_t>(std::atoi(argv[1])));
}
