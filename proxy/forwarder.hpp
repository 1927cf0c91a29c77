// One request on its way to a backend and the response on its way back: two byte flows pumped by one coroutine, each
// stopping when its receiver does. Made by Connection::forward. RFC 9110 §7.6 (hop-by-hop), §9.2.2 (retries), §15.2 (1xx).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "proxy/connect.hpp"
#include "proxy/connection.hpp"
#include "proxy/forward.hpp"
#include "proxy/response_head.hpp"

namespace vmcpauth::proxy {

class Forwarding {
 public:
  Forwarding(Connection& client, ForwardRequest request);
  [[nodiscard]] Task<ForwardSummary> run();

 private:
  static constexpr std::size_t kMaxStaged = 64U << 10U;  // read no more while this much waits to be sent
  static constexpr HeadLimits kResponseLimits{.first_line = 8U << 10U, .bytes = 64U << 10U, .headers = 200};

  [[nodiscard]] bool stage_request_head();
  [[nodiscard]] bool is_forwarded(std::string_view name) const;
  [[nodiscard]] bool reuse_connection();
  [[nodiscard]] Task<void> open_connection();
  [[nodiscard]] Task<void> pump();

  // One round of the pump: first everybody on the thread reads, then everybody writes. Sends that follow each other
  // closely find their receivers awake, and to wake a sleeping process costs more than the send itself.
  // Each moves what can be moved without waiting; true when anything moved.
  [[nodiscard]] bool take_in();
  [[nodiscard]] bool can_flush() const noexcept;
  [[nodiscard]] bool flush();
  [[nodiscard]] bool take_request_bytes();
  [[nodiscard]] bool take_response_bytes();
  [[nodiscard]] bool flush_up();
  [[nodiscard]] bool flush_down();
  void stage_request_body(std::string_view data);
  // How many of the bytes were heads; stops after the final one.
  [[nodiscard]] std::size_t take_heads(std::span<char> bytes);
  void take_interim_head(const ResponseHead& head);
  void take_final_head();
  void take_body(std::span<char> bytes);
  void finish_response();
  void backend_closed(const IoResult& result);

  [[nodiscard]] bool over() const noexcept { return failure_.has_value() || (response_done_ && down_.empty()); }
  [[nodiscard]] bool upload_done() const noexcept { return upload_broken_ || client_.request_.body.done(); }
  void look_for_interruption();
  void arm();
  [[nodiscard]] SteadyPoint now() const noexcept { return client_.wakeup_.thread().now(); }
  [[nodiscard]] SteadyPoint deadline() const;
  void time_out();
  void fail_with(ErrorCode code, std::string message);
  [[nodiscard]] bool may_retry() const;
  [[nodiscard]] bool prepare_retry();

  void leave_request_body();
  [[nodiscard]] Task<void> answer_instead();
  [[nodiscard]] Task<void> break_off();
  [[nodiscard]] http::Response failure_response() const;
  void keep_backend();

  Connection& client_;
  ForwardRequest request_;
  const BackendSettings& settings_;
  ForwardSummary summary_;
  SteadyPoint started_, last_progress_, request_done_;

  Stream backend_;
  std::string up_, down_;  // staged bytes, sent as far as …_sent_
  std::size_t up_sent_ = 0, down_sent_ = 0;
  std::uint64_t backend_got_ = 0, client_got_ = 0;

  std::string backend_in_;  // an unfinished head
  HeadScanner scanner_;
  std::optional<ResponseHead> head_;
  std::optional<http::Response> replacement_;
  int interim_heads_ = 0;
  bool chunked_down_ = false;
  bool response_done_ = false;
  bool backend_spoke_ = false;
  bool backend_said_too_much_ = false;
  bool upload_broken_ = false;  // the backend takes no more; its response may still come
  bool stale_ = false;          // a pooled connection turned out to be closed
  bool event_stream_ = false;
  bool client_too_slow_ = false;
  std::optional<Error> failure_;
};

}  // namespace vmcpauth::proxy
