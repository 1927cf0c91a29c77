// Where the browser comes back to after a login (RFC 8252 §7.3): a small server on loopback with one path. It takes the
// redirect that carries the login's state, however often and from whomever it comes, and keeps every such browser waiting until
// the final page is there. Strange hosts, methods, paths and states are answered and do not disturb the login.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "core/base/error.hpp"
#include "core/base/guarded.hpp"
#include "core/base/log.hpp"
#include "core/http/message.hpp"
#include "proxy/server.hpp"

namespace vmcpauth::proxy {

class LoopbackReceiver {
 public:
  // Listens at once; port 0 takes a free one. `host` is 127.0.0.1, or localhost: then on 127.0.0.1 and, where there is IPv6, on
  // [::1] too, so that no other program answers for the name. Unavailable (the port is taken), Io. Pool and log outlive it.
  [[nodiscard]] static Result<std::unique_ptr<LoopbackReceiver>> open(IoPool& pool, const Logger& log, const std::string& host, std::uint16_t port);
  ~LoopbackReceiver();
  LoopbackReceiver(const LoopbackReceiver&) = delete;
  LoopbackReceiver& operator=(const LoopbackReceiver&) = delete;

  [[nodiscard]] const std::string& redirect_uri() const noexcept { return redirect_uri_; }

  // From now on a redirect with this state is the answer. Earlier answers are forgotten.
  void expect(std::string state);
  // The query of the answer, once there is one.
  [[nodiscard]] std::optional<std::string> answer() const;
  // How many redirects came with another state since the last call.
  [[nodiscard]] int strangers();

  // The page for every browser that waits, and for those that still come.
  void show(http::Response page);
  // Lets the browsers have their page, then closes. Blocks for at most two seconds; not from an io thread.
  void close();

 private:
  class Handler;
  LoopbackReceiver(std::string redirect_uri, std::string authority);
  std::string redirect_uri_;
  std::unique_ptr<Handler> handler_;
  std::unique_ptr<Server> server_;
};

}  // namespace vmcpauth::proxy
