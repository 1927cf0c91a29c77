#include "proxy/serve/builtin_servers.hpp"

#include <optional>

namespace vmcpauth::proxy {
namespace {

// Forms of a sign-in page, token requests and MCP messages of a demo.
constexpr std::size_t kMaxBuiltinBodyBytes = 1U << 20U;
constexpr std::chrono::milliseconds kBuiltinDrainTime{500};

}  // namespace

class BuiltinServers::Slot final : public RequestHandler {
 public:
  Slot(ListenSocket socket, IoPool& pool, const Logger& logger) : origin_(socket.origin()), socket_(std::move(socket)), server_(pool, *this, logger) {}

  [[nodiscard]] const std::string& origin() const noexcept { return origin_; }

  void mount(std::shared_ptr<http::Handler> handler) {
    handler_.with([&](auto& current) { current = std::move(handler); });
    if (!socket_) return;
    server_.serve(*std::move(socket_));
    socket_.reset();
  }

  void stop() { server_.drain(kBuiltinDrainTime); }

  Task<void> handle(Exchange& exchange) override {
    const auto handler = handler_.with([](auto& current) { return current; });
    co_await serve_buffered(exchange, *handler, kMaxBuiltinBodyBytes);
  }

 private:
  std::string origin_;
  std::optional<ListenSocket> socket_;  // until it is served
  Guarded<std::shared_ptr<http::Handler>> handler_;
  Server server_;
};

BuiltinServers::BuiltinServers(IoPool& pool, const Logger& logger) : pool_(pool), logger_(logger) {}

BuiltinServers::~BuiltinServers() {
  for (auto& [name, slot] : slots_) slot->stop();
}

Result<std::string> BuiltinServers::origin(const std::string& name) {
  const auto it = slots_.find(name);
  if (it != slots_.end()) return it->second->origin();
  TRY(auto socket, ListenSocket::open("127.0.0.1", 0, pool_.size()));
  const auto made = slots_.emplace(name, std::make_unique<Slot>(std::move(socket), pool_, logger_)).first;
  return made->second->origin();
}

void BuiltinServers::mount(const std::string& name, std::shared_ptr<http::Handler> handler) { slots_.at(name)->mount(std::move(handler)); }

}  // namespace vmcpauth::proxy
