#include "proxy/aggregate/conversation.hpp"

#include "core/base/encoding.hpp"
#include "core/http/sse.hpp"

namespace vmcpauth::proxy {
namespace {

constexpr std::size_t kMaxRefusalText = 500;
constexpr std::size_t kMaxRefusalBytes = 64U << 10U;

std::string media_type(const http::Headers& headers) {
  const auto value = headers.get("content-type").value_or("");
  auto type = http::to_lower(value.substr(0, value.find(';')));
  while (type.ends_with(' ')) type.pop_back();
  return type;
}

Result<mcp::Message> read_message(std::string_view text) {
  auto message = mcp::parse_message(text, {.max_bytes = BackendReply::kMaxMessageBytes});
  if (!message) return fail(ErrorCode::BadResponse, "the backend sent no MCP message: " + message.error().error.message);
  return *std::move(message);
}

// The end of a conversation that the backend would keep going for ever.
class AnswerDeadline {
 public:
  explicit AnswerDeadline(std::optional<std::chrono::milliseconds> at_most) {
    if (at_most) at_ = std::chrono::steady_clock::now() + *at_most;
  }
  [[nodiscard]] Result<void> check() const {
    if (!at_ || std::chrono::steady_clock::now() < *at_) return {};
    return fail(ErrorCode::Timeout, "the backend did not come to an end in time");
  }

 private:
  std::optional<std::chrono::steady_clock::time_point> at_;
};

// True when the message was the awaited response.
bool take(BackendReply& reply, mcp::Message message, const std::optional<mcp::RequestId>& awaited, MessageListener& listener) {
  if (message.kind != mcp::MessageKind::Response) {
    listener.on_message(std::move(message));
    return false;
  }
  const bool ours = awaited && (message.id == awaited || !message.id);
  if (!ours) return false;  // an answer to nothing we asked here
  reply.response = std::move(message);
  return true;
}

// True when the response is there, false when the stream ended without.
Task<Result<bool>> read_events(http::ResponseStream& stream, BackendReply& reply, const std::optional<mcp::RequestId>& awaited, MessageListener& listener,
                               const AnswerDeadline& deadline) {
  http::SseParser parser({.max_event_bytes = BackendReply::kMaxMessageBytes, .max_line_bytes = BackendReply::kMaxMessageBytes});
  bool done = false;
  while (!done) {
    auto chunk = co_await stream.read();
    CO_TRY_VOID(deadline.check());
    if (!chunk && chunk.error().code() == ErrorCode::Timeout && listener.excuses_silence()) continue;
    if (!chunk && chunk.error().code() == ErrorCode::BadResponse && !parser.last_event_id().empty()) break;  // it may be taken up again
    if (!chunk) co_return std::unexpected(std::move(chunk).error());
    if (!*chunk) break;
    CO_TRY(auto events, parser.feed(**chunk));
    for (auto& event : events) {
      if (done || event.type != "message" || event.data.empty()) continue;
      CO_TRY(auto message, read_message(event.data));
      done = take(reply, std::move(message), awaited, listener);
    }
  }
  reply.last_event_id = parser.last_event_id();
  reply.retry = parser.retry();
  co_return done;
}

// Reads what is left, so that the connection can carry the next request.
Task<void> drain(std::unique_ptr<http::ResponseStream> stream) {
  for (int chunks = 0; chunks < 4; ++chunks) {
    auto chunk = co_await stream->read();
    if (!chunk || !*chunk) co_return;
  }
}

Task<Result<std::string>> read_within(http::ResponseStream& stream, std::size_t limit, const AnswerDeadline& deadline) {
  std::string body;
  while (true) {
    CO_TRY(auto chunk, co_await stream.read());
    if (!chunk) co_return body;
    CO_TRY_VOID(deadline.check());
    if (body.size() + chunk->size() > limit) co_return fail(ErrorCode::TooLarge, "the backend's answer is larger than " + std::to_string(limit) + " bytes");
    body += *chunk;
  }
}

Task<Result<void>> read_body(http::ResponseStream& stream, BackendReply& reply, const std::optional<mcp::RequestId>& awaited, MessageListener& listener,
                             const AnswerDeadline& deadline) {
  const std::size_t limit = reply.accepted() ? BackendReply::kMaxMessageBytes : kMaxRefusalBytes;
  CO_TRY(auto body, co_await read_within(stream, limit, deadline));
  if (body.empty()) co_return Result<void>{};
  const bool json = media_type(stream.headers()) == "application/json";
  auto message =
      json ? read_message(body) : Result<mcp::Message>(fail(ErrorCode::BadResponse, "the backend answered " + printable(media_type(stream.headers()), 60)));
  if (message) {
    static_cast<void>(take(reply, *std::move(message), awaited, listener));
  } else if (reply.accepted() && awaited) {
    co_return std::unexpected(std::move(message).error());
  } else {
    reply.text = printable(body, kMaxRefusalText);
  }
  co_return Result<void>{};
}

}  // namespace

Task<Result<BackendReply>> converse(http::StreamingClient& client, http::StreamRequest request, std::optional<mcp::RequestId> awaited,
                                    MessageListener& listener, std::optional<std::chrono::milliseconds> at_most) {
  const AnswerDeadline deadline(at_most);
  CO_TRY(auto stream, co_await client.open(std::move(request)));
  BackendReply reply{.status = stream->status(), .headers = stream->headers(), .response = {}, .text = {}, .last_event_id = {}, .retry = {}};
  if (reply.accepted() && media_type(stream->headers()) == "text/event-stream") {
    CO_TRY(const bool answered, co_await read_events(*stream, reply, awaited, listener, deadline));
    if (answered) start(drain(std::move(stream)), [] {});
  } else {
    CO_TRY_VOID(co_await read_body(*stream, reply, awaited, listener, deadline));
  }
  co_return reply;
}

}  // namespace vmcpauth::proxy
