#include "proxy/login/loopback_receiver.hpp"

#include <utility>
#include <vector>

#include "core/client/pasted_redirect.hpp"

namespace vmcpauth::proxy {
namespace {

constexpr const char* kAddress = "127.0.0.1";
constexpr const char* kAddress6 = "::1";
constexpr int kPortsToTry = 10;
constexpr const char* kPath = "/callback";
constexpr std::chrono::milliseconds kLook{50};
constexpr std::chrono::milliseconds kClosing{2'000};
constexpr ServerOptions kOptions{
    .max_request_line = 16U << 10U, .max_header_bytes = 64U << 10U, .max_connections = 256, .idle_timeout = std::chrono::milliseconds(5'000)};

using Sockets = std::vector<ListenSocket>;

// The name's addresses, all with one port.
Result<Sockets> listen_on(const std::string& host, std::uint16_t port, std::size_t threads) {
  Sockets out;
  TRY(auto socket, ListenSocket::open(kAddress, port, threads));
  const auto taken = socket.port();
  out.push_back(std::move(socket));
  if (host == kAddress || !ListenSocket::open(kAddress6, 0, 1)) return out;
  TRY(auto second, ListenSocket::open(kAddress6, taken, threads));
  out.push_back(std::move(second));
  return out;
}

}  // namespace

class LoopbackReceiver::Handler final : public RequestHandler {
 public:
  explicit Handler(std::string authority) : authority_(std::move(authority)) {}

  [[nodiscard]] Task<void> handle(Exchange& exchange) override {
    if (auto other = other_answer(exchange.head())) {
      auto response = *std::move(other);
      co_await answer(exchange, std::move(response));
      co_return;
    }
    co_await wait_for_page(exchange);
  }

  void expect(std::string state) {
    state_.with([&](State& now) { now = State{.expected = std::move(state), .answer = std::nullopt, .strangers = 0, .page = std::nullopt}; });
  }
  std::optional<std::string> answered() const {
    return state_.with([](const State& now) { return now.answer; });
  }
  int strangers() {
    return state_.with([](State& now) { return std::exchange(now.strangers, 0); });
  }
  void show(http::Response page) {
    state_.with([&](State& now) { now.page = std::move(page); });
  }

 private:
  struct State {
    std::string expected;
    std::optional<std::string> answer;
    int strangers = 0;
    std::optional<http::Response> page;
  };

  // What anything but the login's answer gets.
  std::optional<http::Response> other_answer(const http::Request& request) {
    // A page elsewhere may have rebound its name to this address; its requests carry that name.
    if (request.headers.get("host") != authority_) return http::Response::text(421, "This address answers for a login only.\n");
    if (request.path != kPath) return http::Response::text(404, "Nothing here.\n");
    if (request.method == "HEAD") return http::Response::text(200, "");
    if (request.method != "GET") return http::Response::text(405, "GET only.\n");
    if (accept(request.query)) return std::nullopt;
    return http::Response::text(400, "This is not the answer to the login that is waiting. Go back to the terminal and start again.\n");
  }

  // The first answer counts; the same browser may come again, ahead of itself or after a reload.
  bool accept(const std::string& query) {
    return state_.with([&](State& now) {
      if (!client::has_state(query, now.expected)) {
        ++now.strangers;
        return false;
      }
      if (!now.answer) now.answer = query;
      return true;
    });
  }

  static Task<void> answer(Exchange& exchange, http::Response response) {
    response.headers.set("Cache-Control", "no-store");
    const auto sent = co_await exchange.respond(std::move(response));
    static_cast<void>(sent);  // a browser that left is no trouble
  }

  Task<void> wait_for_page(Exchange& exchange) {
    bool worth_it = true;
    while (true) {
      auto page = state_.with([](const State& now) { return now.page; });
      if (page) {
        auto response = *std::move(page);
        co_await answer(exchange, std::move(response));
        co_return;
      }
      if (!worth_it) break;  // looked once more after the last wait
      worth_it = co_await exchange.idle(kLook);
    }
    auto given_up = http::Response::text(503, "The login was given up. See the terminal.\n");
    co_await answer(exchange, std::move(given_up));
  }

  std::string authority_;
  Guarded<State> state_;
};

LoopbackReceiver::LoopbackReceiver(std::string redirect_uri, std::string authority)
    : redirect_uri_(std::move(redirect_uri)), handler_(std::make_unique<Handler>(std::move(authority))) {}

LoopbackReceiver::~LoopbackReceiver() = default;

Result<std::unique_ptr<LoopbackReceiver>> LoopbackReceiver::open(IoPool& pool, const Logger& log, const std::string& host, std::uint16_t port) {
  auto sockets = listen_on(host, port, pool.size());
  for (int tries = 1; !sockets && port == 0 && tries < kPortsToTry; ++tries) sockets = listen_on(host, port, pool.size());
  if (!sockets) {
    if (port == 0) return std::unexpected(std::move(sockets).error().note("while opening the address the browser comes back to"));
    return std::unexpected(Error(ErrorCode::Unavailable, "port " + std::to_string(port) + " cannot be listened on: " + sockets.error().message())
                               .note("choose another with --port, or leave it out for a free one"));
  }
  const std::string authority = host + ":" + std::to_string(sockets->front().port());
  std::unique_ptr<LoopbackReceiver> out(new LoopbackReceiver("http://" + authority + kPath, authority));
  out->server_ = std::make_unique<Server>(pool, *out->handler_, log, kOptions);
  for (auto& socket : *sockets) out->server_->serve(std::move(socket));
  return out;
}

void LoopbackReceiver::expect(std::string state) { handler_->expect(std::move(state)); }
std::optional<std::string> LoopbackReceiver::answer() const { return handler_->answered(); }
int LoopbackReceiver::strangers() { return handler_->strangers(); }
void LoopbackReceiver::show(http::Response page) { handler_->show(std::move(page)); }
void LoopbackReceiver::close() { server_->drain(kClosing); }

}  // namespace vmcpauth::proxy
