#include "proxy/server.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "core/http/address.hpp"
#include "proxy/connection.hpp"
#include "proxy/server_core.hpp"

namespace vmcpauth::proxy {

void ServerCore::enter(bool connection) {
  const std::scoped_lock lock(mutex_);
  ++(connection ? connections_ : acceptors_);
}

void ServerCore::leave(bool connection) {
  const std::scoped_lock lock(mutex_);
  --(connection ? connections_ : acceptors_);
  if (connections_ + acceptors_ == 0) empty_.notify_all();
}

std::size_t ServerCore::connections() const {
  const std::scoped_lock lock(mutex_);
  return connections_;
}

bool ServerCore::wait_until_empty(SteadyPoint deadline) {
  std::unique_lock lock(mutex_);
  const auto empty = [this] { return connections_ + acceptors_ == 0; };
  if (deadline == kNever) {
    empty_.wait(lock, empty);
    return true;
  }
  return empty_.wait_until(lock, deadline, empty);
}

namespace {

constexpr std::string_view kFull = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 1\r\nConnection: close\r\n\r\n";
constexpr int kAcceptsBeforeOthers = 64;
constexpr std::chrono::milliseconds kPauseWithoutDescriptors{100};

std::string address_text(const sockaddr_storage& storage) {
  if (storage.ss_family == AF_INET) {
    std::array<std::uint8_t, 4> bytes{};
    std::memcpy(bytes.data(), &reinterpret_cast<const sockaddr_in*>(&storage)->sin_addr, bytes.size());
    return http::IpAddress::v4(bytes).text();
  }
  std::array<std::uint8_t, 16> bytes{};
  std::memcpy(bytes.data(), &reinterpret_cast<const sockaddr_in6*>(&storage)->sin6_addr, bytes.size());
  return http::IpAddress::v6(bytes).text();
}

class Acceptor : public ListNode {
 public:
  Acceptor(std::shared_ptr<ServerCore> core, ServerLane& lane, int descriptor)
      : core_(std::move(core)), lane_(lane), wakeup_(*lane.thread), socket_(*lane.thread, descriptor) {
    socket_.attach(&wakeup_);
    insert_before(lane_.acceptors);
    core_->enter(false);
  }
  ~Acceptor() {
    unlink();
    socket_.close();
    core_->leave(false);
  }

  Task<void> run() {
    while (!core_->draining) {
      bool again = true;
      int error = 0;
      for (int i = 0; i < kAcceptsBeforeOthers && again; ++i) again = accept_one(error);
      if (again) {
        co_await wakeup_.yield();
        continue;
      }
      const bool out_of_descriptors = error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
      if (out_of_descriptors) {
        core_->log.warn("accept_failed", {{"error", std::generic_category().message(error)}});
      } else {
        socket_.mark_unreadable();
        socket_.arm_read();
      }
      const bool woken = co_await wakeup_.wait(out_of_descriptors ? std::chrono::steady_clock::now() + kPauseWithoutDescriptors : kNever);
      if (!woken && !out_of_descriptors) break;
      if (lane_.thread->stopping()) break;
    }
  }
  void on_drain() { wakeup_.notify_soon(); }

 private:
  // False when nobody waits (any more); errors of a single connection are its own.
  bool accept_one(int& error) {
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    const int fd = ::accept4(socket_.descriptor(), reinterpret_cast<sockaddr*>(&peer), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) {
      error = errno;
      return error == EINTR || error == ECONNABORTED;
    }
    if (core_->connections() >= core_->options.max_connections) {
      static_cast<void>(::send(fd, kFull.data(), kFull.size(), MSG_NOSIGNAL));
      ::close(fd);
      return true;
    }
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    start(serve_connection(std::make_unique<Connection>(core_, lane_, fd, address_text(peer))), [] {});
    return true;
  }

  std::shared_ptr<ServerCore> core_;
  ServerLane& lane_;
  Wakeup wakeup_;
  Socket socket_;
};

Task<void> run_acceptor(std::unique_ptr<Acceptor> acceptor) { co_await acceptor->run(); }

}  // namespace

struct Server::Parts : ServerCore {
  using ServerCore::ServerCore;
};

Server::Server(IoPool& pool, RequestHandler& handler, const Logger& log, ServerOptions options) : parts_(std::make_shared<Parts>(pool, handler, log, options)) {
  for (std::size_t i = 0; i < pool.size(); ++i) {
    parts_->lanes.push_back(std::make_unique<ServerLane>());
    parts_->lanes.back()->thread = &pool.thread(i);
  }
}

Server::~Server() {
  drain(std::chrono::milliseconds(0));
  parts_->wait_until_empty(kNever);
}

void Server::serve(ListenSocket socket) {
  const auto descriptors = socket.release();
  for (std::size_t i = 0; i < descriptors.size(); ++i) {
    auto& lane = *parts_->lanes[i % parts_->lanes.size()];
    std::shared_ptr<ServerCore> core = parts_;
    core->enter(false);
    lane.thread->post([core, &lane, fd = descriptors[i]] {
      start(run_acceptor(std::make_unique<Acceptor>(core, lane, fd)), [] {});
      core->leave(false);
    });
  }
}

bool Server::drain(std::chrono::milliseconds at_most) {
  parts_->draining = true;
  const auto deadline = std::chrono::steady_clock::now() + at_most;
  const auto on_every_lane = [this](auto visit) {
    for (auto& lane : parts_->lanes) {
      std::shared_ptr<ServerCore> core = parts_;
      lane->thread->post([core, &lane = *lane, visit] {
        for (ListNode* node = lane.acceptors.next(); node != &lane.acceptors; node = node->next()) static_cast<Acceptor*>(node)->on_drain();
        for (ListNode* node = lane.connections.next(); node != &lane.connections; node = node->next()) visit(*static_cast<Connection*>(node));
      });
    }
  };
  on_every_lane([](Connection& connection) { connection.on_drain(); });
  if (parts_->wait_until_empty(deadline)) return true;
  on_every_lane([](Connection& connection) { connection.abort(); });
  parts_->wait_until_empty(std::chrono::steady_clock::now() + std::chrono::seconds(5));
  return false;
}

std::size_t Server::connections() const noexcept { return parts_->connections(); }

}  // namespace vmcpauth::proxy
