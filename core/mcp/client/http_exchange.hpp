// One JSON-RPC message to the server and all that comes back for it over Streamable HTTP: a JSON body or an event stream, which
// is asked for again with Last-Event-ID when it breaks off (revisions up to 2025-11-25). Knows bytes and framing, not methods.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "core/base/cancellation.hpp"
#include "core/base/timer.hpp"
#include "core/http/sse.hpp"
#include "core/http/streaming_client.hpp"
#include "core/mcp/client/peers.hpp"
#include "core/mcp/json_rpc.hpp"

namespace vmcpauth::mcp {

struct ExchangeSettings {
  Url url;
  http::PeerPolicy peer;
  std::chrono::milliseconds head_timeout{60'000};
  std::optional<std::chrono::milliseconds> idle_timeout{};
  std::size_t max_message_bytes = 16U << 20U;
  int max_reconnects = 20;       // in a row without anything new
  int max_connections = 10'000;  // for one answer, whatever comes over them
  Cancellation cancellation;
};

// What an answer is, once it is complete.
struct Answer {
  int status = 0;
  http::Headers headers;
  std::optional<Message> response;  // none: accepted without one (202), or a body that is no JSON-RPC
  std::string body;                 // of an answer that is no JSON-RPC: its beginning, for people
};

class HttpExchange {
 public:
  // What the server sends before its answer: a notification or (legacy) a request of its own.
  using OnMessage = std::function<Task<void>(Message)>;

  HttpExchange(http::StreamingClient& http, Timer& timer, ClientObserver& observer, ExchangeSettings settings)
      : http_(http), timer_(timer), observer_(observer), settings_(std::move(settings)) {}

  struct Post {
    std::string body;
    http::Headers headers;
    std::optional<RequestId> id;  // whose response is waited for; none for notifications and responses
    bool resumable = false;       // the revision has Last-Event-ID
  };
  // Any complete HTTP answer is a value. Ends of streams without the response: BadResponse. And what the port says.
  [[nodiscard]] Task<Result<Answer>> post(Post post, const OnMessage& on_message);

  // GET: the server's own stream, until it ends or `until` is cancelled. False when the server has none (405) or refuses.
  [[nodiscard]] Task<Result<bool>> listen(http::Headers headers, const OnMessage& on_message, Cancellation until);

  // A last word (the end of the session, a cancelled request), sent even when everything is cancelled. The answer does not matter.
  [[nodiscard]] Task<void> farewell(std::string method, http::Headers headers, std::string body);

  [[nodiscard]] const Url& url() const noexcept { return settings_.url; }
  [[nodiscard]] const Cancellation& cancellation() const noexcept { return settings_.cancellation; }

 private:
  // What is known of an event stream across its connections.
  struct Stream {
    std::optional<RequestId> id;
    std::string last_event_id;
    std::chrono::milliseconds retry{1000};
    int idle_reconnects = 0, reconnects = 0;
    bool has_new_id = false;  // since the last event that counted
  };
  [[nodiscard]] http::StreamRequest request(std::string method, http::Headers headers, std::string body) const;
  [[nodiscard]] Task<Result<Answer>> read_json(http::ResponseStream& stream, std::optional<RequestId> id);
  // The response when it came; nullopt when the stream ended without.
  [[nodiscard]] Task<Result<std::optional<Message>>> read_events(http::ResponseStream& stream, Stream& state, const OnMessage& on_message);
  [[nodiscard]] Task<Result<void>> pause(std::chrono::milliseconds time);
  [[nodiscard]] Task<Result<Message>> resume(Stream state, http::Headers headers, const OnMessage& on_message);

  http::StreamingClient& http_;
  Timer& timer_;
  ClientObserver& observer_;
  ExchangeSettings settings_;
};

}  // namespace vmcpauth::mcp
