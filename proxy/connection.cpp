#include "proxy/connection.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <exception>

#include "proxy/response_head.hpp"

namespace vmcpauth::proxy {
namespace {

constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr std::chrono::milliseconds kLinger{2'000};
constexpr std::size_t kMaxLingerBytes = 8U << 20U;

bool has_no_body(int status) noexcept { return status == 204 || status == 304 || status < 200; }

}  // namespace

Connection::Connection(std::shared_ptr<ServerCore> server, ServerLane& lane, int descriptor, std::string peer_address)
    : server_(std::move(server)), lane_(lane), wakeup_(*lane.thread), stream_(Socket(*lane.thread, descriptor)), peer_address_(std::move(peer_address)) {
  stream_.attach(&wakeup_);
  insert_before(lane_.connections);
  server_->enter(true);
}

Connection::~Connection() {
  unlink();
  stream_.close();
  server_->leave(true);
}

Task<void> serve_connection(std::unique_ptr<Connection> connection) { co_await connection->serve(); }

Task<void> Connection::serve() {
  while (!aborted_) {
    const auto next = co_await next_request();
    if (next == Next::Closed) break;
    co_await run_handler();
    if (!keep_alive_ || interrupted()) break;
  }
  if (unread_input_ && !interrupted()) co_await linger();
}

void Connection::on_drain() {
  if (aborted_) return;
  wakeup_.notify_soon();
}

void Connection::abort() {
  aborted_ = true;
  ::shutdown(stream_.socket().descriptor(), SHUT_RDWR);
  wakeup_.notify_soon();
}

IoResult Connection::fill() {
  if (!stream_.readable()) return {IoResult::Status::WouldBlock};
  const auto buffer = wakeup_.thread().scratch();
  const auto result = stream_.read(buffer);
  if (result.ok()) in_.append(buffer.data(), result.bytes);
  return result;
}

bool Connection::client_left() {
  while (!gone_ && stream_.readable() && in_.size() < kMaxPipelined) {
    const auto result = fill();
    if (result.would_block()) break;
    if (result.over()) gone_ = true;
  }
  return gone_;
}

void Connection::release_input() {
  if (in_.empty() && in_.capacity() > 15) std::string().swap(in_);
}

Task<Connection::Next> Connection::next_request() {
  const auto& options = server_->options;
  HeadScanner scanner({options.max_request_line, options.max_header_bytes, options.max_headers});
  request_ = {};
  status_ = 0;
  body_started_ = streaming_ = false;
  auto verdict = HeadScanner::Verdict::NeedMore;
  auto deadline = after(in_.empty() ? options.idle_timeout : options.header_deadline);
  bool started = !in_.empty();
  while (true) {
    if (!in_.empty()) {
      if (!std::exchange(started, true)) deadline = after(options.header_deadline);
      verdict = scanner.scan(in_);
      if (verdict != HeadScanner::Verdict::NeedMore) break;
    }
    const auto result = fill();
    if (result.ok()) continue;
    if (result.over() || aborted_ || (draining() && in_.empty())) co_return Next::Closed;
    release_input();
    stream_.arm_read();
    const bool woken = co_await wakeup_.wait(deadline);
    if (woken) continue;
    if (started) co_await reject({408, "the head took too long"});
    co_return Next::Closed;
  }
  if (const auto rejection = take_head(scanner, verdict)) {
    co_await reject(*rejection);
    co_return Next::Closed;
  }
  co_return Next::Request;
}

std::optional<Rejection> Connection::take_head(const HeadScanner& scanner, HeadScanner::Verdict verdict) {
  switch (verdict) {
    case HeadScanner::Verdict::NeedMore:
    case HeadScanner::Verdict::Complete: break;
    case HeadScanner::Verdict::Malformed: return Rejection{400, scanner.reason()};
    case HeadScanner::Verdict::FirstLineTooLong: return Rejection{414, "request line too long"};
    case HeadScanner::Verdict::TooLarge: return Rejection{431, "head too large"};
  }
  auto parsed = parse_request_head(std::string_view(in_).substr(scanner.begin(), scanner.end() - scanner.begin()));
  if (!parsed) return parsed.error();
  request_ = *std::move(parsed);
  in_.erase(0, scanner.end());
  request_.request.peer_address = peer_address_;
  keep_alive_ = request_.keep_alive;
  return std::nullopt;
}

Task<void> Connection::reject(Rejection rejection) {
  server_->log.debug("request_rejected", {{"peer", peer_address_}, {"status", rejection.status}, {"reason", rejection.reason}});
  request_ = {};
  request_.body = BodyDecoder::until_close();
  keep_alive_ = false;
  unread_input_ = true;
  const auto sent = co_await respond(error_response(rejection.status, "invalid_request", rejection.reason));
  if (!sent) gone_ = true;
}

Task<void> Connection::run_handler() {
  std::string failure;
  try {
    co_await server_->handler.handle(*this);
  } catch (const std::exception& error) {
    failure = error.what();
  }
  if (!failure.empty()) server_->log.error("handler_threw", {{"path", request_.request.path}, {"error", failure}});
  if (status_ == 0 && !interrupted()) {
    const auto sent = co_await respond(error_response(500, "server_error", "the request could not be handled"));
    if (!sent) gone_ = true;
  }
  if (streaming_) {  // an unfinished stream must not look complete
    keep_alive_ = false;
    if (request_.http_1_0) stream_.abort();
    gone_ = true;
  }
  if (draining()) keep_alive_ = false;
}

bool Connection::can_continue() {
  if (!keep_alive_ || draining()) return false;
  if (request_.body.done()) return true;
  while (!in_.empty() && !request_.body.done()) {
    const auto step = request_.body.decode(in_.data(), in_.size());
    if (!step) break;
    in_.erase(0, step->consumed);
  }
  if (!request_.body.done()) unread_input_ = true;
  return request_.body.done();
}

Task<Result<std::string>> Connection::read_body(std::size_t max_bytes) {
  if (std::exchange(body_started_, true)) co_return fail(ErrorCode::Internal, "the body was already read");
  auto& body = request_.body;
  std::string content;
  const auto deadline = after(server_->options.body_deadline);
  if (body.kind() == BodyDecoder::Kind::Length) {
    if (body.announced() > max_bytes) co_return fail(ErrorCode::TooLarge, "the body is too large");
    content.reserve(static_cast<std::size_t>(body.announced()));
  }
  if (request_.expects_continue && in_.empty() && !body.done()) {
    CO_TRY_VOID(co_await write_all(std::string(kContinue), {}));
  }
  while (!body.done()) {
    if (!in_.empty()) {
      CO_TRY(const auto step, body.decode(in_.data(), in_.size()));
      if (content.size() + step.data.size() > max_bytes) co_return fail(ErrorCode::TooLarge, "the body is too large");
      content += step.data;
      in_.erase(0, step.consumed);
      continue;
    }
    const auto result = fill();
    if (result.ok()) continue;
    if (result.over() || aborted_) {
      gone_ = true;
      co_return fail(ErrorCode::Cancelled, "the client left");
    }
    stream_.arm_read();
    const bool woken = co_await wakeup_.wait(deadline);
    if (!woken) co_return fail(ErrorCode::Timeout, "the body took too long");
  }
  release_input();
  co_return content;
}

std::string Connection::response_head(const http::Response& response, std::string_view framing, std::string_view length) {
  std::string out;
  out.reserve(256);
  append_status_line(out, response.status);
  http::Headers headers = response.headers;
  headers.remove_if([](const http::Header& h) { return http::equals_ignoring_case(h.name, "content-length") || http::is_hop_by_hop(h.name); });
  if (!append_headers(out, headers)) return {};
  if (!headers.contains("date")) append_date(out);
  if (!framing.empty()) append_header(out, framing, length);
  if (!keep_alive_) append_header(out, "Connection", "close");
  out += "\r\n";
  return out;
}

Task<Result<void>> Connection::respond(http::Response response) {
  if (status_ != 0) co_return fail(ErrorCode::Internal, "the request was already answered");
  keep_alive_ = can_continue();
  const bool bodiless = has_no_body(response.status);
  auto head = response_head(response, bodiless ? "" : "Content-Length", std::to_string(response.body.size()));
  if (head.empty()) {
    server_->log.error("response_header_refused", {{"path", request_.request.path}});
    response = error_response(500, "server_error", "the request could not be handled");
    head = response_head(response, "Content-Length", std::to_string(response.body.size()));
  }
  status_ = response.status;
  if (bodiless || request_.request.method == "HEAD") response.body.clear();
  auto written = co_await write_all(std::move(head), std::move(response.body));
  co_return written;
}

Task<Result<void>> Connection::begin_stream(http::Response response) {
  if (status_ != 0) co_return fail(ErrorCode::Internal, "the request was already answered");
  keep_alive_ = can_continue();
  auto head = response_head(response, request_.http_1_0 ? "" : "Transfer-Encoding", "chunked");
  if (head.empty()) co_return fail(ErrorCode::Internal, "a response header cannot be sent");
  status_ = response.status;
  streaming_ = true;
  CO_TRY_VOID(co_await write_all(std::move(head), {}));
  if (response.body.empty()) co_return Result<void>{};
  auto sent = co_await send_piece(std::move(response.body));
  co_return sent;
}

Task<Result<void>> Connection::send_piece(std::string piece) {
  if (!streaming_) co_return fail(ErrorCode::Internal, "no stream was begun");
  if (piece.empty() || request_.request.method == "HEAD") co_return Result<void>{};
  std::string size;
  if (!request_.http_1_0) {
    append_chunk_size(size, piece.size());
    piece += "\r\n";
  }
  auto written = co_await write_all(std::move(size), std::move(piece));
  co_return written;
}

Task<Result<void>> Connection::end_stream() {
  if (!streaming_) co_return fail(ErrorCode::Internal, "no stream was begun");
  if (!request_.http_1_0 && request_.request.method != "HEAD") {
    CO_TRY_VOID(co_await write_all(std::string(kLastChunk), {}));
  }
  streaming_ = false;
  co_return Result<void>{};
}

Task<bool> Connection::idle(std::chrono::milliseconds at_most) {
  const auto deadline = after(at_most);
  while (true) {
    if (draining() || aborted_ || client_left()) co_return false;
    if (in_.size() < kMaxPipelined) stream_.arm_read();
    const bool woken = co_await wakeup_.wait(deadline);
    if (!woken) co_return !wakeup_.thread().stopping();
  }
}

Task<Result<void>> Connection::write_all(std::string head, std::string body) {
  std::size_t sent = 0;
  const std::size_t total = head.size() + body.size();
  auto deadline = after(server_->options.stall_timeout);
  while (sent < total && !aborted_) {
    std::array<iovec, 2> pieces{};
    std::size_t count = 0;
    if (sent < head.size()) pieces[count++] = {head.data() + sent, head.size() - sent};
    const std::size_t body_at = sent > head.size() ? sent - head.size() : 0;
    if (body_at < body.size()) pieces[count++] = {body.data() + body_at, body.size() - body_at};
    const auto result = stream_.write({pieces.data(), count});
    if (result.ok()) {
      sent += result.bytes;
      deadline = after(server_->options.stall_timeout);
      continue;
    }
    if (result.over()) break;
    stream_.arm_write();
    const bool woken = co_await wakeup_.wait(deadline);
    if (!woken) {
      gone_ = true;
      stream_.abort();
      co_return fail(ErrorCode::Timeout, "the client takes nothing");
    }
  }
  if (sent == total) co_return Result<void>{};
  gone_ = true;
  co_return fail(ErrorCode::Cancelled, "the client left");
}

Task<void> Connection::linger() {
  ::shutdown(stream_.socket().descriptor(), SHUT_WR);
  const auto deadline = after(kLinger);
  std::size_t discarded = 0;
  while (discarded < kMaxLingerBytes && !aborted_ && !draining()) {
    const auto result = stream_.read(wakeup_.thread().scratch());
    if (result.over()) co_return;
    if (result.ok()) {
      discarded += result.bytes;
      continue;
    }
    stream_.arm_read();
    const bool woken = co_await wakeup_.wait(deadline);
    if (!woken) co_return;
  }
}

}  // namespace vmcpauth::proxy
