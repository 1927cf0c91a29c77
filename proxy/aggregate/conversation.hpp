// One HTTP request to a backend's MCP endpoint and what comes back: a JSON body or an event stream whose messages are given
// to a listener as they come. Knows neither sessions nor eras. Streamable HTTP of both revisions.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "core/http/streaming_client.hpp"
#include "core/mcp/json_rpc.hpp"

namespace vmcpauth::proxy {

class MessageListener {
 public:
  virtual ~MessageListener() = default;
  // A notification or a request of the backend's.
  virtual void on_message(mcp::Message message) = 0;
  // While true, silence is not held against the backend: it waits for somebody else.
  [[nodiscard]] virtual bool excuses_silence() const { return false; }
};

// Takes nothing from the stream but the response.
class DeafListener final : public MessageListener {
 public:
  void on_message(mcp::Message) override {}
};

struct BackendReply {
  static constexpr std::size_t kMaxMessageBytes = 16U << 20U;

  int status = 0;
  http::Headers headers;
  std::optional<mcp::Message> response;  // the one that was awaited, or the error of a refusal without id
  std::string text;                      // of a body that is no JSON-RPC message, cut short
  // An event stream that ended without the response, and how to take it up again.
  std::string last_event_id;
  std::optional<std::chrono::milliseconds> retry;

  [[nodiscard]] bool accepted() const noexcept { return status >= 200 && status < 300; }
};

// Sends the request and reads until the response to `awaited` (none: until the stream ends) is there. Errors of
// StreamingClient::open and read; BadResponse for what is no MCP; Timeout when it goes on for longer than `at_most`, however
// busy the backend seems. The listener outlives the task.
[[nodiscard]] Task<Result<BackendReply>> converse(http::StreamingClient& client, http::StreamRequest request, std::optional<mcp::RequestId> awaited,
                                                  MessageListener& listener, std::optional<std::chrono::milliseconds> at_most = std::nullopt);

}  // namespace vmcpauth::proxy
