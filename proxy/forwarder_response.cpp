// The way back: what the backend says becomes what the client gets.
#include "proxy/forwarder.hpp"

#include "proxy/head_parser.hpp"

namespace vmcpauth::proxy {
namespace {

using http::equals_ignoring_case;

constexpr std::size_t kUsualResponse = 512;  // head and a small body

}  // namespace

bool Forwarding::flush_down() {
  auto& stream = client_.stream_;
  if (!stream.writable()) return false;
  const auto result = stream.write(std::string_view(down_).substr(down_sent_));
  if (result.would_block()) return false;
  if (result.over()) {
    client_.gone_ = true;
    fail_with(ErrorCode::Cancelled, "the client left");
    return true;
  }
  client_got_ += result.bytes;
  down_sent_ += result.bytes;
  if (down_sent_ == down_.size()) {
    down_.clear();
    down_sent_ = 0;
  }
  return true;
}

bool Forwarding::take_response_bytes() {
  const auto scratch = client_.wakeup_.thread().scratch();
  const auto result = backend_.read(scratch);
  if (result.would_block()) return false;
  if (result.over()) {
    backend_closed(result);
    return true;
  }
  backend_spoke_ = true;
  auto bytes = scratch.first(result.bytes);
  if (!head_) {
    const bool stored = !backend_in_.empty();
    if (stored) {
      backend_in_.append(bytes.data(), bytes.size());
      bytes = backend_in_;
    }
    const auto consumed = take_heads(bytes);
    bytes = bytes.subspan(consumed);
    if (!head_ && !failure_) {
      std::string rest(bytes.data(), bytes.size());
      backend_in_ = std::move(rest);
      return true;
    }
  }
  if (!failure_) take_body(bytes);
  std::string().swap(backend_in_);
  return true;
}

std::size_t Forwarding::take_heads(std::span<char> bytes) {
  std::size_t consumed = 0;
  while (true) {
    const std::string_view rest(bytes.data() + consumed, bytes.size() - consumed);
    const auto verdict = scanner_.scan(rest);
    if (verdict == HeadScanner::Verdict::NeedMore) return consumed;
    if (verdict != HeadScanner::Verdict::Complete) {
      fail_with(ErrorCode::BadResponse,
                "the backend's response head is " + std::string(verdict == HeadScanner::Verdict::Malformed ? "malformed" : "too large"));
      return consumed;
    }
    auto parsed = parse_response_head(rest.substr(scanner_.begin(), scanner_.end() - scanner_.begin()), client_.request_.request.method);
    consumed += scanner_.end();
    scanner_ = HeadScanner(kResponseLimits);
    if (!parsed) {
      fail_with(ErrorCode::BadResponse, "the backend's " + parsed.error().message());
      return consumed;
    }
    if (parsed->status >= 200) {
      head_ = *std::move(parsed);
      take_final_head();
      return consumed;
    }
    take_interim_head(*parsed);
    if (failure_) return consumed;
  }
}

void Forwarding::take_interim_head(const ResponseHead& head) {
  if (head.status == 101) return fail_with(ErrorCode::BadResponse, "the backend switches protocols unasked");
  if (++interim_heads_ > kMaxInterimHeads) return fail_with(ErrorCode::BadResponse, "the backend sends interim responses without end");
  // 100 was asked for by nobody behind us: Expect is not forwarded.
  if (head.status == 100 || client_.request_.http_1_0) return;
  http::Headers headers = head.headers;
  http::remove_hop_by_hop(headers);
  append_status_line(down_, head.status);
  if (!append_headers(down_, headers)) return fail_with(ErrorCode::BadResponse, "the backend's interim head is malformed");
  down_ += "\r\n";
}

void Forwarding::take_final_head() {
  summary_.backend_status = head_->status;
  summary_.first_byte_ms = std::chrono::duration<double, std::milli>(now() - started_).count();
  auto& headers = head_->headers;
  http::remove_hop_by_hop(headers);
  if (head_->status == 204) headers.remove("content-length");
  if (request_.on_response) replacement_ = request_.on_response(head_->status, headers);
  if (replacement_) {
    response_done_ = true;
    return;
  }
  const auto type = headers.get("content-type");
  event_stream_ = type && equals_ignoring_case(type->substr(0, 17), "text/event-stream");
  if (!client_.request_.body.done() || client_.draining()) client_.keep_alive_ = false;
  down_.reserve(kUsualResponse);
  append_status_line(down_, head_->status);
  if (!append_headers(down_, headers)) return fail_with(ErrorCode::BadResponse, "the backend's response head is malformed");
  if (!headers.contains("date")) append_date(down_);
  const bool unknown_length = head_->body.kind() == BodyDecoder::Kind::Chunked || head_->body.kind() == BodyDecoder::Kind::UntilClose;
  chunked_down_ = unknown_length && !client_.request_.http_1_0;
  if (chunked_down_) append_header(down_, "Transfer-Encoding", "chunked");
  if (!client_.keep_alive_) append_header(down_, "Connection", "close");
  down_ += "\r\n";
  client_.status_ = head_->status;
}

void Forwarding::take_body(std::span<char> bytes) {
  if (replacement_) return;
  auto& body = head_->body;
  const auto step = body.decode(bytes.data(), bytes.size());
  if (!step) return fail_with(ErrorCode::BadResponse, "the backend's " + step.error().message());
  summary_.response_body_bytes += step->data.size();
  if (!step->data.empty()) {
    if (chunked_down_) append_chunk_size(down_, step->data.size());
    down_ += step->data;
    if (chunked_down_) down_ += "\r\n";
  }
  if (body.done()) {
    backend_said_too_much_ = step->consumed < bytes.size();
    finish_response();
  }
}

void Forwarding::finish_response() {
  if (chunked_down_) down_ += kLastChunk;
  response_done_ = true;
}

void Forwarding::backend_closed(const IoResult& result) {
  if (head_ && head_->body.kind() == BodyDecoder::Kind::UntilClose && result.status == IoResult::Status::Eof) {
    finish_response();
    return;
  }
  stale_ = summary_.reused_connection && !backend_spoke_;
  fail_with(ErrorCode::BadResponse,
            head_ ? "the backend closed the connection in the middle of its response" : "the backend closed the connection without a response");
}

}  // namespace vmcpauth::proxy
