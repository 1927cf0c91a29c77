#include "proxy/client_call.hpp"

#include <algorithm>

#include "proxy/head_parser.hpp"
#include "proxy/idle_pool.hpp"

namespace vmcpauth::proxy {
namespace {

constexpr HeadLimits kLimits{.first_line = 8U << 10U, .bytes = 64U << 10U, .headers = 200};

}  // namespace

// What a cancelling thread may still hold when the call is gone. The pointer belongs to the call's thread.
struct ClientCall::Link {
  IoThread& thread;
  Wakeup* wakeup;
};

Result<std::string> client_request_bytes(const OutboundRequest& request) {
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
  if (!request.keep_alive) append_header(out, "Connection", "close");
  out += "\r\n";
  out += request.body;
  return out;
}

ClientCall::ClientCall(Peer peer, std::string method, Cancellation cancellation)
    : peer_(std::move(peer)),
      method_(std::move(method)),
      wakeup_(*IoThread::current()),
      cancellation_(std::move(cancellation)),
      link_(std::make_shared<Link>(wakeup_.thread(), &wakeup_)),
      scanner_(kLimits) {
  on_cancel_ = cancellation_.on_cancel([link = link_] {
    link->thread.post([link] {
      if (link->wakeup != nullptr) link->wakeup->notify_soon();
    });
  });
}

ClientCall::~ClientCall() { link_->wakeup = nullptr; }

std::string ClientCall::where() const { return peer_.host + ":" + std::to_string(peer_.port); }
std::unexpected<Error> ClientCall::too_slow() const { return fail(ErrorCode::Timeout, where() + " did not answer in time"); }
std::unexpected<Error> ClientCall::broken(std::string what) const { return fail(ErrorCode::BadResponse, where() + " " + std::move(what)); }
std::unexpected<Error> ClientCall::cancelled() const { return fail(ErrorCode::Cancelled, "the call to " + where() + " was cancelled"); }

Task<Result<void>> ClientCall::open(SteadyPoint deadline, std::string_view pool_key) {
  if (cancellation_.cancelled()) co_return cancelled();
  if (!pool_key.empty()) {
    if (auto pooled = wakeup_.thread().idle_connections().take(std::string(pool_key))) {
      stream_ = std::move(*pooled);
      stream_.attach(&wakeup_);
      co_return Result<void>{};
    }
  }
  // Not cut short by a cancellation: its own deadline is near.
  CO_TRY(stream_, co_await connect(peer_, wakeup_, deadline));
  if (cancellation_.cancelled()) co_return cancelled();
  co_return Result<void>{};
}

Task<Result<void>> ClientCall::send(const std::string& bytes, SteadyPoint deadline) {
  CO_TRY_VOID(co_await write(bytes, deadline));
  while (!head_) {
    CO_TRY(const bool more, co_await receive(deadline));
    if (!more) co_return broken("closed the connection without a response");
    CO_TRY_VOID(take_head());
  }
  co_return Result<void>{};
}

Task<Result<std::optional<std::string>>> ClientCall::read(SteadyPoint deadline) {
  while (true) {
    if (!in_.empty() && !head_->body.done()) {
      CO_TRY(auto data, take_body());
      if (!data.empty()) co_return std::optional<std::string>(std::move(data));
    }
    if (head_->body.done()) co_return std::optional<std::string>();
    CO_TRY(const bool more, co_await receive(deadline));
    if (more) continue;
    if (head_->body.kind() == BodyDecoder::Kind::UntilClose) co_return std::optional<std::string>();
    co_return broken("closed the connection in the middle of its response");
  }
}

Task<Result<void>> ClientCall::write(const std::string& bytes, SteadyPoint deadline) {
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    if (cancellation_.cancelled()) co_return cancelled();
    const auto result = stream_.write(std::string_view(bytes).substr(sent));
    if (result.over()) {  // it may have answered already
      upload_broken_ = true;
      break;
    }
    sent += result.bytes;
    if (result.ok()) continue;
    stream_.arm_write();
    const bool woken = co_await wakeup_.wait(deadline);
    if (!woken) co_return too_slow();
  }
  co_return Result<void>{};
}

Task<Result<bool>> ClientCall::receive(SteadyPoint deadline) {
  while (true) {
    if (cancellation_.cancelled()) co_return cancelled();
    // Also while bytes keep coming: a deadline is for the whole call.
    if (deadline != kNever && std::chrono::steady_clock::now() >= deadline) co_return too_slow();
    const auto scratch = wakeup_.thread().scratch();
    const auto result = stream_.read(scratch);
    if (result.status == IoResult::Status::Eof) co_return false;
    if (result.over()) co_return broken("broke the connection off");
    if (result.ok()) {
      in_.append(scratch.data(), result.bytes);
      co_return true;
    }
    stream_.arm_read();
    const bool woken = co_await wakeup_.wait(deadline);
    if (!woken && !cancellation_.cancelled()) co_return too_slow();
  }
}

Result<void> ClientCall::take_head() {
  while (!head_) {
    const auto verdict = scanner_.scan(in_);
    if (verdict == HeadScanner::Verdict::NeedMore) return {};
    if (verdict != HeadScanner::Verdict::Complete) return broken("sent a malformed or oversized head");
    auto parsed = parse_response_head(std::string_view(in_).substr(scanner_.begin(), scanner_.end() - scanner_.begin()), method_);
    if (!parsed) return fail(ErrorCode::BadResponse, where() + ": " + parsed.error().message());
    in_.erase(0, scanner_.end());
    scanner_ = HeadScanner(kLimits);
    if (parsed->status >= 200) {
      head_ = *std::move(parsed);
    } else if (parsed->status == 101 || ++interim_heads_ > kMaxInterimHeads) {
      return broken("sent interim responses nobody asked for");
    }
  }
  return {};
}

Result<std::string> ClientCall::take_body() {
  const auto step = head_->body.decode(in_.data(), in_.size());
  if (!step) return fail(ErrorCode::BadResponse, where() + ": " + step.error().message());
  std::string data(step->data);
  said_too_much_ = head_->body.done() && step->consumed < in_.size();
  std::string().swap(in_);  // an idle stream holds nothing
  return data;
}

void ClientCall::keep(const std::string& pool_key, std::chrono::milliseconds idle, std::size_t at_most) {
  const bool reusable = head_ && head_->keep_alive && head_->body.done() && in_.empty() && !said_too_much_ && !upload_broken_;
  if (reusable && !cancellation_.cancelled()) wakeup_.thread().idle_connections().put(pool_key, std::move(stream_), idle, at_most);
}

}  // namespace vmcpauth::proxy
