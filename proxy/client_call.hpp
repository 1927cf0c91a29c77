// One outbound request on one connection, in the order open, send, read. What the HTTP client and the streaming client have
// in common; lives on one io thread. RFC 9112 §6, §9.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/cancellation.hpp"
#include "core/base/executor.hpp"
#include "core/base/task.hpp"
#include "core/http/client.hpp"
#include "proxy/connect.hpp"
#include "proxy/head_scanner.hpp"
#include "proxy/response_head.hpp"

namespace vmcpauth::proxy {

struct OutboundRequest {
  const std::string& method;
  const Url& url;
  const http::Headers& headers;  // framing, Host and hop-by-hop fields are ours and skipped
  const std::string& body;
  bool keep_alive = false;
};

// Head and body as they go over the wire. InvalidInput for a method, target or header that cannot be sent.
[[nodiscard]] Result<std::string> client_request_bytes(const OutboundRequest& request);

class ClientCall {
 public:
  // On an io thread, which is the call's from then on.
  ClientCall(Peer peer, std::string method, Cancellation cancellation = {});
  ~ClientCall();
  ClientCall(const ClientCall&) = delete;
  ClientCall& operator=(const ClientCall&) = delete;

  // Connects; or takes a kept-alive connection of this key. Errors of connect(), Cancelled.
  [[nodiscard]] Task<Result<void>> open(SteadyPoint deadline, std::string_view pool_key = {});
  // Writes the request and reads until the final head is there. Timeout, BadResponse, Cancelled.
  [[nodiscard]] Task<Result<void>> send(const std::string& bytes, SteadyPoint deadline);
  [[nodiscard]] const ResponseHead& head() const noexcept { return *head_; }
  // The next bytes of the body; nullopt at its end.
  [[nodiscard]] Task<Result<std::optional<std::string>>> read(SteadyPoint deadline);

  // After the end of the body: gives the connection back for another call, if it can carry one.
  void keep(const std::string& pool_key, std::chrono::milliseconds idle, std::size_t at_most);
  // "host:port", for messages.
  [[nodiscard]] std::string where() const;

 private:
  struct Link;
  [[nodiscard]] std::unexpected<Error> too_slow() const;
  [[nodiscard]] std::unexpected<Error> broken(std::string what) const;
  [[nodiscard]] std::unexpected<Error> cancelled() const;
  [[nodiscard]] Task<Result<void>> write(const std::string& bytes, SteadyPoint deadline);
  // False at the end of the stream.
  [[nodiscard]] Task<Result<bool>> receive(SteadyPoint deadline);
  [[nodiscard]] Result<void> take_head();
  [[nodiscard]] Result<std::string> take_body();

  Peer peer_;
  std::string method_;
  Wakeup wakeup_;
  Cancellation cancellation_;
  std::shared_ptr<Link> link_;
  Cancellation::Registration on_cancel_;
  Stream stream_;
  HeadScanner scanner_;
  std::string in_;  // received, not yet taken
  std::optional<ResponseHead> head_;
  int interim_heads_ = 0;
  bool upload_broken_ = false;
  bool said_too_much_ = false;
};

// Continues on the executor's thread.
struct ResumeOn {
  Executor& executor;
  [[nodiscard]] bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> handle) const {
    executor.post([handle] { handle.resume(); });
  }
  void await_resume() const noexcept {}
};

}  // namespace vmcpauth::proxy
