#include "proxy/http_client.hpp"

#include <algorithm>

#include "proxy/connect.hpp"
#include "proxy/head_scanner.hpp"
#include "proxy/response_head.hpp"

namespace vmcpauth::proxy {
namespace {

constexpr HeadLimits kLimits{.first_line = 8U << 10U, .bytes = 64U << 10U, .headers = 200};
constexpr int kMaxInterimHeads = 16;

// Continues on an io thread.
struct Hop {
  Executor& executor;
  [[nodiscard]] bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> handle) const {
    executor.post([handle] { handle.resume(); });
  }
  void await_resume() const noexcept {}
};

Result<std::string> request_bytes(const http::ClientRequest& request) {
  std::string out;
  if (!http::is_header_name(request.method)) return fail(ErrorCode::InvalidInput, "the method is no token");
  const std::string target = request.url.target();
  if (!std::all_of(target.begin(), target.end(), [](char c) { return c > 0x20 && c < 0x7F; })) {
    return fail(ErrorCode::InvalidInput, "the URL holds a character that must be encoded");
  }
  out += request.method + " " + target + " HTTP/1.1\r\n";
  append_header(out, "Host", request.url.authority());
  http::Headers headers = request.headers;
  headers.remove_if([](const http::Header& h) {
    return http::is_hop_by_hop(h.name) || http::equals_ignoring_case(h.name, "host") || http::equals_ignoring_case(h.name, "content-length");
  });
  if (!append_headers(out, headers)) return fail(ErrorCode::InvalidInput, "a header of the request cannot be sent");
  if (!headers.contains("user-agent")) append_header(out, "User-Agent", "vmcpauth");
  if (!headers.contains("accept")) append_header(out, "Accept", "*/*");
  if (!request.body.empty() || request.method == "POST" || request.method == "PUT") {
    append_header(out, "Content-Length", std::to_string(request.body.size()));
  }
  append_header(out, "Connection", "close");
  out += "\r\n";
  out += request.body;
  return out;
}

// One request on one connection, in the order write, read head, read body.
class ClientCall {
 public:
  ClientCall(const http::ClientRequest& request, std::shared_ptr<TlsContext> tls, Wakeup& wakeup, SteadyPoint deadline)
      : request_(request),
        peer_{request.url.host(), request.url.port(), request.peer, std::move(tls)},
        wakeup_(wakeup),
        deadline_(deadline),
        scanner_(kLimits) {}

  Task<Result<http::ClientResponse>> run() {
    CO_TRY(const auto bytes, request_bytes(request_));
    CO_TRY(stream_, co_await connect(peer_, wakeup_, deadline_));
    CO_TRY_VOID(co_await write(bytes));
    while (!head_ || !head_->body.done()) {
      CO_TRY(const bool more, co_await read());
      if (!more) break;
    }
    if (!head_ || (!head_->body.done() && head_->body.kind() != BodyDecoder::Kind::UntilClose)) {
      co_return fail(ErrorCode::BadResponse, where() + " closed the connection " + (head_ ? "in the middle of its response" : "without a response"));
    }
    co_return http::ClientResponse{head_->status, std::move(head_->headers), std::move(body_)};
  }

 private:
  [[nodiscard]] std::string where() const { return peer_.host + ":" + std::to_string(peer_.port); }
  [[nodiscard]] std::unexpected<Error> too_slow() const { return fail(ErrorCode::Timeout, where() + " did not answer in time"); }

  Task<Result<void>> write(const std::string& bytes) {
    std::size_t sent = 0;
    while (sent < bytes.size()) {
      const auto result = stream_.write(std::string_view(bytes).substr(sent));
      if (result.over()) break;  // it may have answered already
      sent += result.bytes;
      if (result.ok()) continue;
      stream_.arm_write();
      const bool woken = co_await wakeup_.wait(deadline_);
      if (!woken) co_return too_slow();
    }
    co_return Result<void>{};
  }

  // False at the end of the stream.
  Task<Result<bool>> read() {
    while (true) {
      // Also while bytes keep coming: the time is for the whole call.
      if (std::chrono::steady_clock::now() >= deadline_) co_return too_slow();
      const auto scratch = wakeup_.thread().scratch();
      const auto result = stream_.read(scratch);
      if (result.status == IoResult::Status::Eof) co_return false;
      if (result.over()) co_return fail(ErrorCode::BadResponse, where() + " broke the connection off");
      if (result.ok()) {
        CO_TRY_VOID(take(scratch.first(result.bytes)));
        co_return true;
      }
      stream_.arm_read();
      const bool woken = co_await wakeup_.wait(deadline_);
      if (!woken) co_return too_slow();
    }
  }

  Result<void> take(std::span<char> bytes) {
    if (head_) return take_body(bytes);
    in_.append(bytes.data(), bytes.size());
    while (!head_) {
      const auto verdict = scanner_.scan(in_);
      if (verdict == HeadScanner::Verdict::NeedMore) return {};
      if (verdict != HeadScanner::Verdict::Complete) return fail(ErrorCode::BadResponse, where() + " sent a malformed or oversized head");
      auto parsed = parse_response_head(std::string_view(in_).substr(scanner_.begin(), scanner_.end() - scanner_.begin()), request_.method);
      if (!parsed) return fail(ErrorCode::BadResponse, where() + ": " + parsed.error().message());
      in_.erase(0, scanner_.end());
      scanner_ = HeadScanner(kLimits);
      if (parsed->status >= 200) {
        head_ = *std::move(parsed);
      } else if (parsed->status == 101 || ++interim_heads_ > kMaxInterimHeads) {
        return fail(ErrorCode::BadResponse, where() + " sent interim responses nobody asked for");
      }
    }
    return take_body(in_);
  }

  Result<void> take_body(std::span<char> bytes) {
    auto& framing = head_->body;
    if (framing.kind() == BodyDecoder::Kind::Length && framing.announced() > request_.max_response_bytes) return too_large();
    const auto step = framing.decode(bytes.data(), bytes.size());
    if (!step) return fail(ErrorCode::BadResponse, where() + ": " + step.error().message());
    if (body_.size() + step->data.size() > request_.max_response_bytes) return too_large();
    body_ += step->data;
    return {};
  }

  [[nodiscard]] std::unexpected<Error> too_large() const {
    return fail(ErrorCode::TooLarge, where() + " sent more than " + std::to_string(request_.max_response_bytes) + " bytes");
  }

  const http::ClientRequest& request_;
  Peer peer_;
  Wakeup& wakeup_;
  SteadyPoint deadline_;
  Stream stream_;
  HeadScanner scanner_;
  std::string in_;
  std::optional<ResponseHead> head_;
  std::string body_;
  int interim_heads_ = 0;
};

bool is_redirect(int status) noexcept { return status == 301 || status == 302 || status == 303 || status == 307 || status == 308; }

// Where a redirect of a GET leads: an absolute URL or an absolute path.
Result<Url> redirect_target(const Url& from, const http::ClientResponse& response) {
  const auto location = response.headers.get("location");
  if (!location || response.headers.count("location") > 1) return fail(ErrorCode::BadResponse, from.authority() + " redirects nowhere");
  const bool path = location->starts_with('/') && !location->starts_with("//");
  auto target = Url::parse(path ? from.origin() + std::string(*location) : std::string(*location));
  if (!target) return fail(ErrorCode::BadResponse, from.authority() + " redirects to what is no absolute URL");
  if (from.is_https() && !target->is_https()) return fail(ErrorCode::BadResponse, from.authority() + " redirects from https to http");
  return target;
}

}  // namespace

AsioHttpClient::AsioHttpClient(IoPool& pool) : pool_(pool), tls_(std::make_unique<TlsContexts>()) {}
AsioHttpClient::~AsioHttpClient() = default;

Task<Result<http::ClientResponse>> AsioHttpClient::send(http::ClientRequest request) {
  if (IoThread::current() == nullptr) co_await Hop{pool_.executor(0)};
  const auto deadline = std::chrono::steady_clock::now() + request.timeout;
  for (int hops = 0;; ++hops) {
    CO_TRY(auto response, co_await send_once(request, deadline));
    const bool follow = request.max_redirects > 0 && request.method == "GET" && is_redirect(response.status);
    if (!follow) co_return response;
    if (hops == request.max_redirects) co_return fail(ErrorCode::BadResponse, request.url.authority() + " redirects too often");
    CO_TRY(auto target, redirect_target(request.url, response));
    if (target.origin() != request.url.origin()) {
      request.headers.remove("authorization");
      request.headers.remove("cookie");
    }
    request.url = std::move(target);
  }
}

Task<Result<http::ClientResponse>> AsioHttpClient::send_once(const http::ClientRequest& request, std::chrono::steady_clock::time_point deadline) {
  std::shared_ptr<TlsContext> tls;
  if (request.url.is_https()) {
    CO_TRY(tls, tls_->get(request.peer.ca_bundle_path));
  }
  Wakeup wakeup(*IoThread::current());
  ClientCall call(request, std::move(tls), wakeup, deadline);
  auto response = co_await call.run();
  co_return response;
}

}  // namespace vmcpauth::proxy
