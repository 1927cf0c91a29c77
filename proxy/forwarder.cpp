#include "proxy/forwarder.hpp"

#include <algorithm>
#include <array>

#include "core/http/status.hpp"
#include "proxy/head_parser.hpp"
#include "proxy/idle_pool.hpp"

namespace vmcpauth::proxy {
namespace {

using http::equals_ignoring_case;

double milliseconds_between(SteadyPoint from, SteadyPoint to) { return std::chrono::duration<double, std::milli>(to - from).count(); }

bool is_idempotent(std::string_view method) noexcept {
  constexpr std::array<std::string_view, 6> kMethods{"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"};
  return std::find(kMethods.begin(), kMethods.end(), method) != kMethods.end();
}

bool expects_length(std::string_view method) noexcept { return method == "POST" || method == "PUT" || method == "PATCH"; }

bool is_request_target(std::string_view target) noexcept {
  const bool form = target.starts_with('/') || target == "*";
  return form && std::all_of(target.begin(), target.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

}  // namespace

Task<ForwardSummary> Connection::forward(ForwardRequest request) {
  Forwarding forwarding(*this, std::move(request));
  auto summary = co_await forwarding.run();
  co_return summary;
}

Forwarding::Forwarding(Connection& client, ForwardRequest request)
    : client_(client),
      request_(std::move(request)),
      settings_(request_.backend->settings()),
      started_(client_.wakeup_.thread().now()),
      last_progress_(started_),
      request_done_(started_),
      scanner_(kResponseLimits) {}

Task<ForwardSummary> Forwarding::run() {
  if (client_.status_ != 0) {  // never two answers to one request
    summary_.error.emplace(ErrorCode::Internal, "the request was already answered");
    co_return std::move(summary_);
  }
  const bool first_use = !std::exchange(client_.body_started_, true);
  if (!first_use || !stage_request_head()) {
    fail_with(ErrorCode::Internal, "the request cannot be forwarded");
  } else if (!reuse_connection()) {
    co_await open_connection();
  }
  if (!failure_) co_await pump();
  if (may_retry() && prepare_retry()) {
    co_await open_connection();
    if (!failure_) co_await pump();
  }
  if (failure_) {
    co_await break_off();
  } else {
    keep_backend();
    leave_request_body();
    if (replacement_) co_await answer_instead();
  }
  summary_.status = client_.status_;
  summary_.total_ms = milliseconds_between(started_, now());
  summary_.error = std::move(failure_);
  co_return std::move(summary_);
}

bool Forwarding::is_forwarded(std::string_view name) const {
  if (http::is_hop_by_hop(name) || http::is_reserved_request_header(name)) return false;
  if (equals_ignoring_case(name, "expect") || equals_ignoring_case(name, "content-length")) return false;
  return !request_.set.contains(name);
}

bool Forwarding::stage_request_head() {
  const auto& request = client_.request_.request;
  if (!is_request_target(request_.target)) return false;
  up_.clear();
  up_.reserve(1024);
  up_ += request.method;
  up_ += ' ';
  up_ += request_.target;
  up_ += " HTTP/1.1\r\n";
  append_header(up_, "Host", request_.backend->host_header());
  const bool names_options = request.headers.contains("connection");
  for (const auto& header : request.headers) {
    if (!is_forwarded(header.name) || (names_options && has_connection_option(request.headers, header.name))) continue;
    append_header(up_, header.name, header.value);
  }
  for (const auto& header : request_.set) {
    const bool framing = http::is_hop_by_hop(header.name) || equals_ignoring_case(header.name, "content-length") || equals_ignoring_case(header.name, "host");
    if (framing || !http::is_header_name(header.name) || !http::is_header_value(header.value)) return false;
    append_header(up_, header.name, header.value);
  }
  switch (client_.request_.body.kind()) {
    case BodyDecoder::Kind::Chunked: append_header(up_, "Transfer-Encoding", "chunked"); break;
    case BodyDecoder::Kind::Length: append_header(up_, "Content-Length", std::to_string(client_.request_.body.announced())); break;
    case BodyDecoder::Kind::None:
    case BodyDecoder::Kind::UntilClose:
      if (expects_length(request.method)) append_header(up_, "Content-Length", "0");
      break;
  }
  up_ += "\r\n";
  return true;
}

bool Forwarding::reuse_connection() {
  auto pooled = client_.wakeup_.thread().idle_connections().take(request_.backend->pool_key());
  if (!pooled) return false;
  backend_ = std::move(*pooled);
  backend_.attach(&client_.wakeup_);
  summary_.reused_connection = true;
  return true;
}

Task<void> Forwarding::open_connection() {
  const auto begin = now();
  const Peer peer{settings_.url.host(), settings_.url.port(), settings_.peer, request_.backend->tls()};
  auto connected = co_await connect(peer, client_.wakeup_, begin + settings_.connect_timeout);
  summary_.connect_ms = milliseconds_between(begin, now());
  if (connected) {
    backend_ = std::move(*connected);
    last_progress_ = now();
  } else {
    failure_ = std::move(connected).error();
  }
}

Task<void> Forwarding::pump() {
  if (client_.request_.expects_continue && client_.in_.empty()) {
    client_.request_.expects_continue = false;
    down_ = "HTTP/1.1 100 Continue\r\n\r\n";
  }
  while (!over()) {
    bool moved = take_in();
    if (can_flush()) {
      co_await client_.wakeup_.yield();
      moved = flush() || moved;
    }
    look_for_interruption();
    if (over()) break;
    if (moved) {
      last_progress_ = now();
      continue;
    }
    arm();
    const bool woken = co_await client_.wakeup_.wait(deadline());
    if (!woken) time_out();
  }
}

bool Forwarding::take_in() {
  bool moved = false;
  if (!upload_done()) {
    if (up_.size() < kMaxStaged) moved = take_request_bytes();
  } else if (client_.client_left()) {
    fail_with(ErrorCode::Cancelled, "the client left");
  }
  if (failure_ || response_done_ || down_.size() >= kMaxStaged || !backend_.readable()) return moved;
  return take_response_bytes() || moved;
}

bool Forwarding::can_flush() const noexcept {
  if (failure_) return false;
  return (!up_.empty() && backend_.writable()) || (!down_.empty() && client_.stream_.writable());
}

bool Forwarding::flush() {
  bool moved = !up_.empty() && flush_up();
  if (!down_.empty() && !failure_ && flush_down()) moved = true;
  return moved;
}

bool Forwarding::take_request_bytes() {
  auto& in = client_.in_;
  auto& body = client_.request_.body;
  std::span<char> bytes(in);
  if (in.empty()) {
    if (!client_.stream_.readable()) return false;
    const auto scratch = client_.wakeup_.thread().scratch();
    const auto result = client_.stream_.read(scratch);
    if (result.would_block()) return false;
    if (result.over()) {
      client_.gone_ = true;
      fail_with(ErrorCode::Cancelled, "the client left");
      return true;
    }
    bytes = scratch.first(result.bytes);
  }
  const auto step = body.decode(bytes.data(), bytes.size());
  if (!step) {
    fail_with(ErrorCode::InvalidInput, step.error().message());
    return true;
  }
  stage_request_body(step->data);
  if (in.empty()) {
    in.assign(bytes.data() + step->consumed, bytes.size() - step->consumed);
  } else {
    in.erase(0, step->consumed);
  }
  return true;
}

void Forwarding::stage_request_body(std::string_view data) {
  summary_.request_body_bytes += data.size();
  if (client_.request_.body.kind() != BodyDecoder::Kind::Chunked) {
    up_ += data;
    return;
  }
  if (!data.empty()) {
    append_chunk_size(up_, data.size());
    up_ += data;
    up_ += "\r\n";
  }
  if (client_.request_.body.done()) up_ += kLastChunk;
}

bool Forwarding::flush_up() {
  if (!backend_.writable()) return false;
  const auto result = backend_.write(std::string_view(up_).substr(up_sent_));
  if (result.would_block()) return false;
  if (result.over()) {
    if (backend_got_ == 0 && summary_.reused_connection && !backend_spoke_) {
      stale_ = true;
      up_sent_ = 0;
      fail_with(ErrorCode::Unreachable, "the backend closed the connection");
      return true;
    }
    upload_broken_ = true;
    up_.clear();
    request_done_ = now();
    return true;
  }
  backend_got_ += result.bytes;
  up_sent_ += result.bytes;
  if (up_sent_ == up_.size()) {
    up_.clear();
    up_sent_ = 0;
    if (upload_done()) request_done_ = now();
  }
  return true;
}

void Forwarding::look_for_interruption() {
  if (failure_) return;
  if (client_.aborted_) return fail_with(ErrorCode::Cancelled, "the server stops");
  // An endless stream of notifications is nothing to wait for; its client opens the next one elsewhere.
  const bool endless = event_stream_ && client_.request_.request.method == "GET";
  if (endless && client_.draining() && down_.empty() && !response_done_) fail_with(ErrorCode::Cancelled, "the server stops");
}

void Forwarding::arm() {
  const bool reads_client = upload_done() ? client_.in_.size() < Connection::kMaxPipelined : up_.size() < kMaxStaged;
  if (reads_client) client_.stream_.arm_read();
  if (!up_.empty()) backend_.arm_write();
  if (!response_done_ && down_.size() < kMaxStaged) backend_.arm_read();
  if (!down_.empty()) client_.stream_.arm_write();
  // What an idle stream costs is what it holds here.
  if (up_.empty()) std::string().swap(up_);
  if (down_.empty()) std::string().swap(down_);
  client_.release_input();
}

SteadyPoint Forwarding::deadline() const {
  auto at = kNever;
  const auto stalled = last_progress_ + settings_.stall_timeout;
  if (!up_.empty() || !down_.empty() || !upload_done()) at = stalled;
  if (!head_ && up_.empty() && upload_done()) at = std::min(at, request_done_ + settings_.response_timeout);
  return at;
}

void Forwarding::time_out() {
  if (client_.wakeup_.thread().stopping()) return fail_with(ErrorCode::Cancelled, "the server stops");
  client_too_slow_ = !down_.empty() || (up_.empty() && !upload_done());
  if (client_too_slow_) return fail_with(ErrorCode::Timeout, "the client stalled");
  fail_with(ErrorCode::Timeout, up_.empty() ? "the backend did not answer in time" : "the backend stalled");
}

void Forwarding::fail_with(ErrorCode code, std::string message) {
  if (!failure_) failure_.emplace(code, std::move(message));
}

bool Forwarding::may_retry() const {
  if (!stale_ || client_.interrupted()) return false;
  const bool nothing_sent = backend_got_ == 0;
  const bool harmless = is_idempotent(client_.request_.request.method) && client_.request_.body.kind() == BodyDecoder::Kind::None;
  return nothing_sent || harmless;
}

bool Forwarding::prepare_retry() {
  // Without a byte sent everything is still staged; otherwise there was no body.
  if (backend_got_ > 0 && !stage_request_head()) return false;
  backend_.close();
  failure_.reset();
  stale_ = upload_broken_ = summary_.reused_connection = false;
  backend_got_ = 0;
  up_sent_ = 0;
  return true;
}

http::Response Forwarding::failure_response() const {
  if (client_too_slow_) return error_response(408, "invalid_request", "the body took too long");
  const auto backend = "backend \"" + request_.backend->settings().name + "\" ";
  switch (failure_->code()) {
    case ErrorCode::InvalidInput: return error_response(400, "invalid_request", "the body cannot be read");
    case ErrorCode::Timeout: return error_response(504, "gateway_timeout", backend + "did not answer in time");
    case ErrorCode::Internal: return error_response(500, "server_error", "the request could not be forwarded");
    case ErrorCode::BadResponse: return error_response(502, "bad_gateway", backend + "broke off or answered against the protocol");
    default: return error_response(502, "bad_gateway", backend + "cannot be reached");
  }
}

void Forwarding::leave_request_body() {
  if (client_.request_.body.done()) return;
  client_.keep_alive_ = false;
  client_.unread_input_ = true;
}

Task<void> Forwarding::answer_instead() {
  const auto sent = co_await client_.respond(*std::move(replacement_));
  if (!sent) fail_with(sent.error().code(), sent.error().message());
}

Task<void> Forwarding::break_off() {
  backend_.close();  // which is how the backend learns that nobody listens any more
  if (failure_->code() == ErrorCode::Cancelled || client_.interrupted()) {
    client_.gone_ = true;
    client_.keep_alive_ = false;
    co_return;
  }
  // Nothing of the final response is out, nor half of an interim one.
  if (down_sent_ == 0 && (client_got_ == 0 || client_.status_ == 0)) {
    client_.status_ = 0;
    const auto sent = co_await client_.respond(failure_response());
    if (!sent) client_.gone_ = true;
    co_return;
  }
  // Part of a response is out: it must not look complete.
  client_.keep_alive_ = false;
  client_.gone_ = true;
  if (!chunked_down_ && !head_->headers.contains("content-length")) client_.stream_.abort();
}

void Forwarding::keep_backend() {
  const bool reusable = head_ && head_->keep_alive && head_->body.done() && !backend_said_too_much_ && !upload_broken_ && up_.empty() &&
                        client_.request_.body.done() && !client_.draining();
  if (!reusable) {
    backend_.close();
    return;
  }
  auto idle = settings_.idle_timeout;
  client_.wakeup_.thread().idle_connections().put(request_.backend->pool_key(), std::move(backend_), idle, settings_.max_idle_per_thread);
}

}  // namespace vmcpauth::proxy
