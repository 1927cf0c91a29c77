#include "core/mcp/client/http_exchange.hpp"

#include <algorithm>
#include <utility>

#include "core/base/encoding.hpp"

namespace vmcpauth::mcp {
namespace {

constexpr std::size_t kShownBytes = 400;
constexpr std::chrono::milliseconds kMaxRetry{60'000};
constexpr std::chrono::milliseconds kEndTimeout{2'000};

std::string media_type(const http::Headers& headers) {
  const auto value = headers.get("content-type");
  if (!value) return {};
  auto type = value->substr(0, value->find(';'));
  while (type.ends_with(' ') || type.ends_with('\t')) type.remove_suffix(1);
  return http::to_lower(type);
}

bool is_answer_to(const Message& message, const std::optional<RequestId>& id) {
  // An error response without an id answers what the server could not read.
  return message.kind == MessageKind::Response && id && (!message.id || *message.id == *id);
}

}  // namespace

http::StreamRequest HttpExchange::request(std::string method, http::Headers headers, std::string body) const {
  http::StreamRequest request{.method = std::move(method), .url = settings_.url};
  request.headers = std::move(headers);
  request.body = std::move(body);
  request.peer = settings_.peer;
  request.head_timeout = settings_.head_timeout;
  request.idle_timeout = settings_.idle_timeout;
  request.cancellation = settings_.cancellation;
  return request;
}

Task<Result<Answer>> HttpExchange::post(Post post, const OnMessage& on_message) {
  auto headers = post.headers;
  headers.set("Content-Type", "application/json");
  headers.set("Accept", "application/json, text/event-stream");
  auto outgoing = request("POST", std::move(headers), std::move(post.body));
  CO_TRY(auto stream, co_await http_.open(std::move(outgoing)));
  if (media_type(stream->headers()) != "text/event-stream") {
    auto read = co_await read_json(*stream, post.id);
    co_return read;
  }
  Answer answer{.status = stream->status(), .headers = stream->headers(), .response = {}, .body = {}};
  Stream state{.id = post.id};
  auto response = co_await read_events(*stream, state, on_message);
  stream.reset();
  if (response && *response) {
    answer.response = **std::move(response);
    co_return answer;
  }
  const bool broken = !response && response.error().code() != ErrorCode::BadResponse && response.error().code() != ErrorCode::Timeout;
  if (broken) co_return std::unexpected(std::move(response).error());
  if (!post.resumable || state.last_event_id.empty()) {
    if (!response) co_return std::unexpected(std::move(response).error());
    co_return fail(ErrorCode::BadResponse, "the event stream ended without the answer");
  }
  auto later = co_await resume(std::move(state), std::move(post.headers), on_message);
  if (!later) co_return std::unexpected(std::move(later).error());
  answer.response = *std::move(later);
  co_return answer;
}

Task<Result<Answer>> HttpExchange::read_json(http::ResponseStream& stream, std::optional<RequestId> id) {
  Answer answer{.status = stream.status(), .headers = stream.headers(), .response = {}, .body = {}};
  CO_TRY(auto body, co_await http::read_all(stream, settings_.max_message_bytes));
  auto message = parse_message(body, {.max_bytes = settings_.max_message_bytes});
  if (message && is_answer_to(*message, id)) {
    answer.response = *std::move(message);
  } else {
    answer.body = printable(body, kShownBytes);
    if (answer.status == 200 && id) {
      co_return fail(ErrorCode::BadResponse, message ? "the answer is to another request" : "the answer is no JSON-RPC: " + message.error().error.message);
    }
  }
  co_return answer;
}

Task<Result<std::optional<Message>>> HttpExchange::read_events(http::ResponseStream& stream, Stream& state, const OnMessage& on_message) {
  http::SseParser parser({.max_event_bytes = settings_.max_message_bytes, .max_line_bytes = settings_.max_message_bytes});
  while (true) {
    auto chunk = co_await stream.read();
    if (!chunk) co_return std::unexpected(std::move(chunk).error());
    if (!*chunk) co_return std::nullopt;
    CO_TRY(auto events, parser.feed(**chunk));
    if (!parser.last_event_id().empty() && parser.last_event_id() != state.last_event_id) {
      state.last_event_id = parser.last_event_id();
      state.has_new_id = true;
      if (!http::is_header_value(state.last_event_id)) co_return fail(ErrorCode::BadResponse, "an event id cannot be a header value");
    }
    if (parser.retry()) state.retry = std::min(*parser.retry(), kMaxRetry);
    for (auto& event : events) {
      if (event.data.empty() || event.type != "message") continue;  // the first event of a stream may only carry an id
      auto message = parse_message(event.data, {.max_bytes = settings_.max_message_bytes});
      if (!message) co_return fail(ErrorCode::BadResponse, "an event is no JSON-RPC: " + message.error().error.message);
      // What has the id of before came before: a server that repeats itself must not keep us for ever.
      if (std::exchange(state.has_new_id, false)) state.idle_reconnects = 0;
      if (is_answer_to(*message, state.id)) co_return *std::move(message);
      auto told = on_message(*std::move(message));
      co_await told;
    }
  }
}

// MCP 2025-11-25, transports, "Resumability and Redelivery".
Task<Result<Message>> HttpExchange::resume(Stream state, http::Headers headers, const OnMessage& on_message) {
  while (state.idle_reconnects++ < settings_.max_reconnects && ++state.reconnects < settings_.max_connections) {
    observer_.on_reconnect(state.retry);
    CO_TRY_VOID(co_await pause(state.retry));
    headers.set("Accept", "text/event-stream");
    headers.set("Last-Event-ID", state.last_event_id);
    auto outgoing = request("GET", headers, {});
    auto stream = co_await http_.open(std::move(outgoing));
    if (!stream && stream.error().code() != ErrorCode::Unreachable) co_return std::unexpected(std::move(stream).error());
    if (!stream) continue;
    if ((*stream)->status() != 200 || media_type((*stream)->headers()) != "text/event-stream") {
      co_return fail(ErrorCode::BadResponse, "the event stream broke off and cannot be resumed: the server answered " + std::to_string((*stream)->status()));
    }
    auto response = co_await read_events(**stream, state, on_message);
    if (!response && response.error().code() != ErrorCode::BadResponse) co_return std::unexpected(std::move(response).error());
    if (response && *response) co_return **std::move(response);
  }
  co_return fail(ErrorCode::BadResponse, "the event stream broke off again and again without the answer");
}

// In slices, so that Ctrl-C is not kept waiting.
Task<Result<void>> HttpExchange::pause(std::chrono::milliseconds time) {
  constexpr std::chrono::milliseconds kSlice{250};
  while (time.count() > 0) {
    if (settings_.cancellation.cancelled()) break;
    const auto slice = std::min(time, kSlice);
    co_await timer_.pause(slice);
    time -= slice;
  }
  if (settings_.cancellation.cancelled()) co_return fail(ErrorCode::Cancelled, "cancelled while waiting to reconnect");
  co_return Result<void>{};
}

Task<Result<bool>> HttpExchange::listen(http::Headers headers, const OnMessage& on_message, Cancellation until) {
  headers.set("Accept", "text/event-stream");
  auto outgoing = request("GET", std::move(headers), {});
  outgoing.idle_timeout = std::nullopt;
  outgoing.cancellation = std::move(until);
  CO_TRY(auto stream, co_await http_.open(std::move(outgoing)));
  if (stream->status() != 200 || media_type(stream->headers()) != "text/event-stream") co_return false;
  Stream state;
  auto ended = co_await read_events(*stream, state, on_message);
  if (!ended) co_return std::unexpected(std::move(ended).error());
  co_return true;
}

Task<void> HttpExchange::farewell(std::string method, http::Headers headers, std::string body) {
  if (!body.empty()) {
    headers.set("Content-Type", "application/json");
    headers.set("Accept", "application/json, text/event-stream");
  }
  auto outgoing = request(std::move(method), std::move(headers), std::move(body));
  outgoing.connect_timeout = kEndTimeout;
  outgoing.head_timeout = kEndTimeout;
  outgoing.idle_timeout = kEndTimeout;
  outgoing.cancellation = Cancellation();
  [[maybe_unused]] auto gone = co_await http_.open(std::move(outgoing));
}

}  // namespace vmcpauth::mcp
