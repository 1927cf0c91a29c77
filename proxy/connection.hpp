// One client connection: reads heads strictly, runs the handler on each request in turn, writes what it answers. Lives
// in the coroutine serve_connection() on one io thread. Internal to the server; Forwarding works on its parts.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "proxy/exchange.hpp"
#include "proxy/head_scanner.hpp"
#include "proxy/request_head.hpp"
#include "proxy/server_core.hpp"
#include "proxy/stream.hpp"

namespace vmcpauth::proxy {

class Forwarding;

class Connection final : public Exchange, public ListNode {
 public:
  Connection(std::shared_ptr<ServerCore> server, ServerLane& lane, int descriptor, std::string peer_address);
  ~Connection() override;

  [[nodiscard]] Task<void> serve();
  // The server drains: an idle connection ends, others look at what they are doing.
  void on_drain();
  // Ends whatever happens here, soon.
  void abort();

  [[nodiscard]] http::Request& head() noexcept override { return request_.request; }
  [[nodiscard]] Task<Result<std::string>> read_body(std::size_t max_bytes) override;
  [[nodiscard]] Task<Result<void>> respond(http::Response response) override;
  [[nodiscard]] Task<Result<void>> begin_stream(http::Response head) override;
  [[nodiscard]] Task<Result<void>> send_piece(std::string piece) override;
  [[nodiscard]] Task<Result<void>> end_stream() override;
  [[nodiscard]] Task<bool> idle(std::chrono::milliseconds at_most) override;
  [[nodiscard]] Task<ForwardSummary> forward(ForwardRequest request) override;
  [[nodiscard]] int status_sent() const noexcept override { return status_; }

 private:
  friend class Forwarding;
  enum class Next { Request, Closed };
  static constexpr std::size_t kMaxPipelined = 64U << 10U;

  [[nodiscard]] Task<Next> next_request();
  // The complete head out of in_ into request_, or why not.
  [[nodiscard]] std::optional<Rejection> take_head(const HeadScanner& scanner, HeadScanner::Verdict verdict);
  [[nodiscard]] Task<void> reject(Rejection rejection);
  [[nodiscard]] Task<void> run_handler();
  [[nodiscard]] Task<void> linger();
  [[nodiscard]] Task<Result<void>> write_all(std::string head, std::string body);

  // Appends what the socket holds to in_.
  [[nodiscard]] IoResult fill();
  // Takes what is there while nothing is expected; true when the client is gone.
  [[nodiscard]] bool client_left();
  [[nodiscard]] bool interrupted() const noexcept { return aborted_ || gone_; }
  [[nodiscard]] bool draining() const noexcept { return server_->draining.load(std::memory_order_relaxed); }
  // Whether the connection can carry another request after this one's answer; drops a body that is already here.
  [[nodiscard]] bool can_continue();
  [[nodiscard]] std::string response_head(const http::Response& response, std::string_view framing, std::string_view length);
  void release_input();
  [[nodiscard]] SteadyPoint after(std::chrono::milliseconds time) const noexcept { return wakeup_.thread().now() + time; }

  std::shared_ptr<ServerCore> server_;
  ServerLane& lane_;
  Wakeup wakeup_;
  Stream stream_;
  std::string peer_address_;
  std::string in_;  // received, not yet consumed
  RequestHead request_;
  int status_ = 0;
  bool body_started_ = false;  // read_body or forward was called
  bool streaming_ = false;     // begin_stream, not yet end_stream
  bool keep_alive_ = true;
  bool unread_input_ = false;  // linger before closing, so that the answer survives
  bool aborted_ = false;
  bool gone_ = false;
};

// Serves one accepted connection to its end.
[[nodiscard]] Task<void> serve_connection(std::unique_ptr<Connection> connection);

}  // namespace vmcpauth::proxy
