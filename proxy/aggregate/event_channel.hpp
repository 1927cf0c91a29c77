// One session's connection to a backend of the old HTTP+SSE transport (2024-11-05, basic/transports "HTTP with SSE"): a GET
// stream that says where to POST, and on which everything the backend says comes back. Used by Link and by what watches the
// backend; thread-safe.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>

#include "core/base/guarded.hpp"
#include "core/http/sse.hpp"
#include "proxy/aggregate/conversation.hpp"

namespace vmcpauth::proxy {

// Messages that wait for one reader. Bounded: past that the oldest goes.
class Inbox {
 public:
  static constexpr std::size_t kMaxMessages = 1'024;

  void put(mcp::Message message);
  // Nothing comes any more.
  void end();
  [[nodiscard]] std::optional<mcp::Message> take();
  // True when all is taken and nothing comes any more.
  [[nodiscard]] bool is_over() const;
  // Called after every change from now on, from any thread.
  void on_change(std::function<void()> waker);

 private:
  struct State {
    std::deque<mcp::Message> messages;
    bool ended = false;
    std::function<void()> waker;
  };
  void change(const std::function<void(State&)>& what);
  Guarded<State> state_;
};
using InboxPtr = std::shared_ptr<Inbox>;

class EventChannel : public std::enable_shared_from_this<EventChannel> {
 public:
  // GETs the stream on this io thread and waits for the endpoint, at most that long. Errors of the client; BadResponse when
  // there is no such stream, or when it sends us to another origin: a credential goes along.
  [[nodiscard]] static Task<Result<std::shared_ptr<EventChannel>>> open(http::StreamingClient& client, http::StreamRequest request,
                                                                        std::chrono::milliseconds at_most);
  [[nodiscard]] Url endpoint() const;
  [[nodiscard]] bool is_open() const;
  // Ends the stream; who waits for an answer learns that none comes.
  void close();

  // POSTs the request to the endpoint and waits for the response to `id`. A refusal of the POST is a value, as with converse().
  [[nodiscard]] Task<Result<BackendReply>> ask(http::StreamingClient& client, http::StreamRequest request, mcp::RequestId id, MessageListener& listener,
                                               std::chrono::milliseconds at_most);
  // What belongs to no question from here on; one reader, the latest.
  [[nodiscard]] InboxPtr listen();

 private:
  struct State {
    std::optional<Url> endpoint;
    std::optional<Error> failure;  // why there will be no endpoint
    bool over = false;
    std::map<mcp::RequestId, InboxPtr> questions;
    InboxPtr listener;
    std::function<void()> opened;
  };
  [[nodiscard]] static Task<void> read(std::shared_ptr<EventChannel> channel, std::unique_ptr<http::ResponseStream> stream, Url base);
  [[nodiscard]] Result<void> take(const http::SseEvent& event, const Url& base);
  [[nodiscard]] Result<void> take_endpoint(const std::string& text, const Url& base);
  void deliver(mcp::Message message);
  [[nodiscard]] static InboxPtr reader_of(const State& state, const mcp::Message& message);
  void end(std::optional<Error> why);

  Cancellation cancellation_ = Cancellation::create();
  Guarded<State> state_;
};

// Where the endpoint event sends us: a URL or a path, of the stream's own origin.
[[nodiscard]] Result<Url> endpoint_url(const Url& stream, std::string_view text);

}  // namespace vmcpauth::proxy
