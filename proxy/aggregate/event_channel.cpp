#include "proxy/aggregate/event_channel.hpp"

#include "core/base/encoding.hpp"
#include "proxy/aggregate/thread_waker.hpp"

namespace vmcpauth::proxy {
namespace {

constexpr std::chrono::milliseconds kDefaultPatience{30'000};

Error ended_early() { return Error(ErrorCode::BadResponse, "the backend ended its event stream before the answer; the request may have been carried out"); }

bool is_event_stream(const http::ResponseStream& stream) {
  return stream.status() == 200 && http::to_lower(stream.headers().get("content-type").value_or("")).starts_with("text/event-stream");
}

// Whatever concerns a call that is under way rather than the backend as a whole.
bool is_about_a_call(const mcp::Message& message) {
  return message.kind == mcp::MessageKind::Request || message.method == "notifications/message" || message.method == "notifications/cancelled";
}

}  // namespace

void Inbox::change(const std::function<void(State&)>& what) {
  const auto waker = state_.with([&](State& state) {
    what(state);
    return state.waker;
  });
  if (waker) waker();
}

void Inbox::put(mcp::Message message) {
  change([&](State& state) {
    if (state.messages.size() >= kMaxMessages) state.messages.pop_front();
    state.messages.push_back(std::move(message));
  });
}

void Inbox::end() {
  change([](State& state) { state.ended = true; });
}

std::optional<mcp::Message> Inbox::take() {
  return state_.with([](State& state) -> std::optional<mcp::Message> {
    if (state.messages.empty()) return std::nullopt;
    auto message = std::move(state.messages.front());
    state.messages.pop_front();
    return message;
  });
}

bool Inbox::is_over() const {
  return state_.with([](const State& state) { return state.ended && state.messages.empty(); });
}

void Inbox::on_change(std::function<void()> waker) {
  state_.with([&](State& state) { state.waker = std::move(waker); });
}

Result<Url> endpoint_url(const Url& stream, std::string_view text) {
  std::string whole(text);
  if (text.starts_with('/') && !text.starts_with("//")) {
    whole = stream.origin() + whole;
  } else if (text.find("://") == std::string_view::npos && !text.starts_with("//")) {
    whole = stream.origin() + stream.path().substr(0, stream.path().rfind('/') + 1) + whole;
  }
  TRY(auto url, Url::parse(whole));
  if (url.origin() != stream.origin()) return fail(ErrorCode::BadResponse, "the backend's endpoint is at another origin: " + printable(url.origin(), 200));
  return url;
}

Task<Result<std::shared_ptr<EventChannel>>> EventChannel::open(http::StreamingClient& client, http::StreamRequest request, std::chrono::milliseconds at_most) {
  auto channel = std::make_shared<EventChannel>();
  request.method = "GET";
  request.body.clear();
  request.headers.remove("content-type");
  request.headers.set("Accept", "text/event-stream");
  request.idle_timeout.reset();
  request.cancellation = channel->cancellation_;
  auto base = request.url;
  CO_TRY(auto stream, co_await client.open(std::move(request)));
  if (!is_event_stream(*stream)) {
    const auto code = stream->status() == 401 || stream->status() == 403 ? ErrorCode::Unauthenticated : ErrorCode::BadResponse;
    co_return fail(code, "the backend gave no event stream (HTTP " + std::to_string(stream->status()) + ")");
  }
  ThreadWaker waker;
  channel->state_.with([&](State& state) { state.opened = waker.function(); });
  start(read(channel, std::move(stream), std::move(base)), [] {});
  const auto deadline = std::chrono::steady_clock::now() + at_most;
  while (true) {
    const auto [found, failure] = channel->state_.with([](const State& state) { return std::pair(state.endpoint.has_value(), state.failure); });
    if (found) co_return channel;
    if (failure) co_return std::unexpected(*failure);
    const bool woken = co_await waker.wait(deadline);
    if (woken) continue;
    channel->close();
    co_return fail(ErrorCode::Timeout, "the backend did not say in time where to send messages");
  }
}

Task<void> EventChannel::read(std::shared_ptr<EventChannel> channel, std::unique_ptr<http::ResponseStream> stream, Url base) {
  http::SseParser parser({.max_event_bytes = BackendReply::kMaxMessageBytes, .max_line_bytes = BackendReply::kMaxMessageBytes});
  std::optional<Error> why;
  while (!why) {
    auto chunk = co_await stream->read();
    if (!chunk) {
      why = chunk.error();
      break;
    }
    if (!*chunk) break;
    const auto events = parser.feed(**chunk);
    if (!events) {
      why = events.error();
      break;
    }
    for (const auto& event : *events) {
      if (auto taken = channel->take(event, base); !taken && !why) why = std::move(taken).error();
    }
  }
  channel->end(std::move(why));
}

Result<void> EventChannel::take(const http::SseEvent& event, const Url& base) {
  if (event.type == "endpoint") return take_endpoint(event.data, base);
  if (event.type != "message" || event.data.empty()) return {};
  auto message = mcp::parse_message(event.data, {.max_bytes = BackendReply::kMaxMessageBytes});
  if (!message) return fail(ErrorCode::BadResponse, "the backend sent no MCP message: " + message.error().error.message);
  deliver(*std::move(message));
  return {};
}

Result<void> EventChannel::take_endpoint(const std::string& text, const Url& base) {
  TRY(auto url, endpoint_url(base, text));
  const auto opened = state_.with([&](State& state) {
    if (!state.endpoint) state.endpoint = std::move(url);  // it is said once
    return state.opened;
  });
  if (opened) opened();
  return {};
}

void EventChannel::deliver(mcp::Message message) {
  const auto reader = state_.with([&](const State& state) { return reader_of(state, message); });
  if (reader) reader->put(std::move(message));
}

// The stream is shared and says of few messages which question they belong to.
InboxPtr EventChannel::reader_of(const State& state, const mcp::Message& message) {
  const auto asked = [&](const std::optional<mcp::RequestId>& id) {
    const auto it = id ? state.questions.find(*id) : state.questions.end();
    return it == state.questions.end() ? nullptr : it->second;
  };
  if (message.kind == mcp::MessageKind::Response) return asked(message.id);
  if (message.method == "notifications/progress") {
    const auto token = message.params.value("progressToken", Json());
    return token.is_number_integer() ? asked(mcp::RequestId(token.get<std::int64_t>())) : nullptr;
  }
  const bool one = state.questions.size() == 1 && is_about_a_call(message);
  if (state.listener && !one) return state.listener;
  return state.questions.empty() ? nullptr : state.questions.rbegin()->second;
}

void EventChannel::end(std::optional<Error> why) {
  std::map<mcp::RequestId, InboxPtr> questions;
  InboxPtr listener;
  const auto opened = state_.with([&](State& state) {
    state.over = true;
    if (!state.endpoint) state.failure = why ? *why : Error(ErrorCode::BadResponse, "the backend's event stream names no endpoint");
    questions.swap(state.questions);
    listener.swap(state.listener);
    return std::exchange(state.opened, {});
  });
  for (const auto& [id, inbox] : questions) inbox->end();
  if (listener) listener->end();
  if (opened) opened();
}

Url EventChannel::endpoint() const {
  return state_.with([](const State& state) { return *state.endpoint; });
}

bool EventChannel::is_open() const {
  return state_.with([](const State& state) { return !state.over; });
}

void EventChannel::close() {
  end(std::nullopt);
  cancellation_.cancel();
}

InboxPtr EventChannel::listen() {
  auto inbox = std::make_shared<Inbox>();
  const bool over = state_.with([&](State& state) {
    if (!state.over) state.listener = inbox;
    return state.over;
  });
  if (over) inbox->end();
  return inbox;
}

Task<Result<BackendReply>> EventChannel::ask(http::StreamingClient& client, http::StreamRequest request, mcp::RequestId id, MessageListener& listener,
                                             std::chrono::milliseconds at_most) {
  using Clock = std::chrono::steady_clock;
  auto inbox = std::make_shared<Inbox>();
  const bool over = state_.with([&](State& state) {
    if (!state.over) state.questions.insert_or_assign(id, inbox);
    return state.over;
  });
  if (over) inbox->end();
  const auto forget = [this, self = shared_from_this(), id](void*) { state_.with([&](State& state) { state.questions.erase(id); }); };
  const std::unique_ptr<void, decltype(forget)> asked(this, forget);
  const auto patience = request.idle_timeout.value_or(kDefaultPatience);
  const auto cancellation = request.cancellation;
  const auto until = Clock::now() + at_most;
  DeafListener nobody;
  std::optional<mcp::RequestId> nothing;
  CO_TRY(auto reply, co_await converse(client, std::move(request), std::move(nothing), nobody, patience));
  if (!reply.accepted()) co_return reply;
  ThreadWaker waker;
  inbox->on_change(waker.function());
  const auto hook = cancellation.on_cancel(waker.function());
  while (true) {
    if (auto message = inbox->take()) {
      if (message->kind != mcp::MessageKind::Response) {
        listener.on_message(*std::move(message));
        continue;
      }
      reply.response = std::move(message);
      co_return reply;
    }
    if (cancellation.cancelled()) co_return fail(ErrorCode::Cancelled, "the call was cancelled");
    if (inbox->is_over()) co_return std::unexpected(ended_early());
    const auto deadline = std::min(Clock::now() + patience, until);
    const bool woken = co_await waker.wait(deadline);
    if (woken) continue;
    const bool excused = listener.excuses_silence() && Clock::now() >= deadline && Clock::now() < until;
    if (!excused) co_return fail(ErrorCode::Timeout, "the backend did not answer in time");
  }
}

}  // namespace vmcpauth::proxy
