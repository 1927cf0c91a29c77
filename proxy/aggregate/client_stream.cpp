#include "proxy/aggregate/client_stream.hpp"

#include <charconv>

#include "core/http/sse.hpp"

namespace vmcpauth::proxy {
namespace {

constexpr std::chrono::milliseconds kBeforeStream{5'000};  // until then a plain answer is hoped for
constexpr std::chrono::milliseconds kKeepAlive{15'000};
constexpr std::chrono::milliseconds kRetry{1'000};
constexpr std::size_t kMaxPieceBytes = 256U << 10U;

class Sender {
 public:
  Sender(Exchange& exchange, ClientStream stream) : exchange_(exchange), stream_(std::move(stream)), at_(stream_.after) {}

  Task<StreamEnd> run() {
    place_ = stream_.outlet->attach(exchange_.waker());
    const auto end = co_await deliver();
    stream_.outlet->detach(place_);
    co_return end;
  }

 private:
  Task<StreamEnd> deliver() {
    if (!stream_.may_be_json) {
      const bool begun = co_await begin();
      if (!begun) co_return StreamEnd::ClientLeft;
    }
    while (true) {
      bool last = false;
      const bool sent = co_await send_ready(last);
      if (!sent) co_return StreamEnd::ClientLeft;
      const bool replaced = !stream_.outlet->is_attached(place_);
      if (last || replaced || stream_.outlet->is_over(at_)) {
        co_await finish();
        co_return replaced && !last ? StreamEnd::ClientLeft : StreamEnd::Delivered;
      }
      const auto patience = streaming_ ? kKeepAlive : kBeforeStream;
      const auto waited = co_await exchange_.wait(patience, !stream_.ends_with_server);
      if (waited == Exchange::Waited::ClientLeft) co_return StreamEnd::ClientLeft;
      if (waited == Exchange::Waited::Draining) {
        co_await finish();
        co_return StreamEnd::Drained;
      }
      if (waited != Exchange::Waited::TimeOver || !stream_.accepts_events) continue;
      const bool alive = co_await keep_alive();
      if (!alive) co_return StreamEnd::ClientLeft;
    }
  }

  // What is there now, in as few writes as possible. False when the client left.
  Task<bool> send_ready(bool& last) {
    std::string piece;
    while (auto item = stream_.outlet->after(at_)) {
      at_ = item->number;
      last = item->last;
      if (!streaming_ && last) {
        auto answer = http::Response::json(item->status, std::move(item->json));
        for (const auto& header : stream_.headers) answer.headers.set(header.name, header.value);
        answered_ = true;
        const auto sent = co_await exchange_.respond(std::move(answer));
        co_return sent.has_value();
      }
      if (!stream_.accepts_events) continue;  // the client gets the answer only
      if (!streaming_) {
        const bool begun = co_await begin();
        if (!begun) co_return false;
      }
      http::SseEvent event{.data = std::move(item->json), .id = {}};
      if (!stream_.name.empty()) event.id = stream_.name + "-" + std::to_string(at_);
      piece += http::sse_text(event);
      if (last || piece.size() > kMaxPieceBytes) break;
    }
    if (piece.empty()) co_return true;
    const auto sent = co_await exchange_.send_piece(std::move(piece));
    if (sent) stream_.outlet->mark_taken(at_);
    co_return sent.has_value();
  }

  Task<bool> begin() {
    http::Response head{.status = 200, .headers = stream_.headers, .body = {}};
    head.headers.set("Content-Type", "text/event-stream");
    head.headers.set("Cache-Control", "no-cache, no-transform");
    head.headers.set("X-Accel-Buffering", "no");
    if (stream_.prime && !stream_.name.empty()) {
      head.body = http::sse_text({.data = {}, .id = stream_.name + "-" + std::to_string(at_)}, kRetry);
    }
    streaming_ = true;
    const auto begun = co_await exchange_.begin_stream(std::move(head));
    co_return begun.has_value();
  }

  Task<bool> keep_alive() {
    if (!streaming_) {
      const bool begun = co_await begin();
      co_return begun;
    }
    auto comment = http::sse_comment("");
    const auto sent = co_await exchange_.send_piece(std::move(comment));
    co_return sent.has_value();
  }

  // Ends what was begun; an outlet that was closed without a message is an empty stream.
  Task<void> finish() {
    if (answered_) co_return;
    if (!streaming_) {
      const bool begun = co_await begin();
      if (!begun) co_return;
    }
    if (!stream_.farewell.empty()) {
      auto piece = http::sse_text({.data = std::move(stream_.farewell), .id = {}});
      const auto said = co_await exchange_.send_piece(std::move(piece));
      if (!said) co_return;
    }
    const auto ended = co_await exchange_.end_stream();
    static_cast<void>(ended);
  }

  Exchange& exchange_;
  ClientStream stream_;
  std::uint64_t at_;
  std::uint64_t place_ = 0;
  bool streaming_ = false;
  bool answered_ = false;
};

}  // namespace

Task<StreamEnd> send_stream(Exchange& exchange, ClientStream stream) {
  Sender sender(exchange, std::move(stream));
  const auto end = co_await sender.run();
  co_return end;
}

std::optional<std::pair<std::string, std::uint64_t>> parse_event_id(std::string_view id) {
  const auto dash = id.rfind('-');
  if (dash == std::string_view::npos || dash == 0 || id.size() > 64) return std::nullopt;
  const auto digits = id.substr(dash + 1);
  if (digits.size() > 1 && digits.front() == '0') return std::nullopt;
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return std::pair(std::string(id.substr(0, dash)), number);
}

}  // namespace vmcpauth::proxy
