// What the server's acceptors and connections share. Internal to the server; each lane belongs to its io thread.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "core/base/log.hpp"
#include "proxy/exchange.hpp"
#include "proxy/io_thread.hpp"
#include "proxy/server.hpp"

namespace vmcpauth::proxy {

struct ServerLane {
  IoThread* thread = nullptr;
  ListNode connections;  // of Connection
  ListNode acceptors;    // of Acceptor
};

struct ServerCore {
  ServerCore(IoPool& io, RequestHandler& requests, const Logger& logger, ServerOptions given) : pool(io), handler(requests), log(logger), options(given) {}

  IoPool& pool;
  RequestHandler& handler;
  const Logger& log;
  ServerOptions options;
  std::atomic<bool> draining{false};
  std::vector<std::unique_ptr<ServerLane>> lanes;

  // Coroutines that hold this core: connections and acceptors.
  void enter(bool connection);
  void leave(bool connection);
  [[nodiscard]] std::size_t connections() const;
  // True when everybody left in time.
  bool wait_until_empty(SteadyPoint deadline);

 private:
  mutable std::mutex mutex_;
  std::condition_variable empty_;
  std::size_t connections_ = 0;
  std::size_t acceptors_ = 0;
};

}  // namespace vmcpauth::proxy
