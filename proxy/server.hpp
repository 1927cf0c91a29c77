// The HTTP/1.1 server (RFC 9110, RFC 9112): strict and bounded in everything a client may send. Hands each request to
// one RequestHandler as an Exchange. Used by the composition root, the loopback receiver, demo servers and tests.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>

#include "core/base/log.hpp"
#include "proxy/exchange.hpp"
#include "proxy/io_pool.hpp"
#include "proxy/listen_socket.hpp"

namespace vmcpauth::proxy {

struct ServerOptions {
  std::size_t max_request_line = 8U << 10U;           // 414 beyond
  std::size_t max_header_bytes = 64U << 10U;          // whole head; 431 beyond
  std::size_t max_headers = 100;                      // 431 beyond
  std::size_t max_connections = 10'000;               // 503 beyond
  std::chrono::milliseconds header_deadline{10'000};  // first byte to end of head; 408
  std::chrono::milliseconds body_deadline{30'000};    // read_body: from the call to the last byte; 408
  std::chrono::milliseconds stall_timeout{60'000};    // a client that does not take what we send
  std::chrono::milliseconds idle_timeout{75'000};     // keep-alive without a request
};

class Server {
 public:
  // Pool, handler and logger outlive the server.
  Server(IoPool& pool, RequestHandler& handler, const Logger& log, ServerOptions options = {});
  // Aborts what is left; drain first to be polite.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Starts accepting. May be called for several addresses. Not from an io thread.
  void serve(ListenSocket socket);

  // Stops accepting, closes idle connections, lets requests in flight finish (GET event streams are ended at once) and
  // aborts the rest when the time is over. Blocks until no connection is left; not from an io thread. True when none had to be aborted.
  bool drain(std::chrono::milliseconds at_most);

  [[nodiscard]] std::size_t connections() const noexcept;

 private:
  struct Parts;
  std::shared_ptr<Parts> parts_;
};

}  // namespace vmcpauth::proxy
