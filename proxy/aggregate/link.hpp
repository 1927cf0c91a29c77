// One session's 2025-11-25 connection to one backend: initialized when first needed and again after the backend lost it.
// Also the way for messages that expect no answer. Shared by the session's calls; thread-safe.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "core/base/guarded.hpp"
#include "proxy/aggregate/backend_peer.hpp"
#include "proxy/aggregate/event_channel.hpp"

namespace vmcpauth::proxy {

class Link {
 public:
  static constexpr int kMaxPosting = 64;

  Link(BackendPeer& peer, const AggregateDependencies& dependencies, Json client_capabilities)
      : peer_(peer), dependencies_(dependencies), client_capabilities_(std::move(client_capabilities)) {}

  ~Link();
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  [[nodiscard]] BackendPeer& peer() const noexcept { return peer_; }

  // Opens the backend's session unless it is open. Errors of the backend; BadResponse when it agrees to no revision we know.
  [[nodiscard]] Task<Result<void>> ensure(Caller caller);
  [[nodiscard]] bool is_open() const;
  // The backend does not know the session any more; `id` is the one it was asked with.
  void lose(const std::string& id);

  // Session and version headers for a request of this session.
  void add_headers(http::Headers& headers) const;
  // converse(), in the transport of the backend; a request of peer().request().
  [[nodiscard]] Task<Result<BackendReply>> exchange(http::StreamRequest request, std::optional<mcp::RequestId> awaited, MessageListener& listener,
                                                    std::chrono::milliseconds at_most);
  // The stream of a backend of the old transport; null for others and while it is not open.
  [[nodiscard]] std::shared_ptr<EventChannel> channel() const;
  [[nodiscard]] std::string session_id() const;
  [[nodiscard]] bool has_capability(std::string_view name) const;

  // Whether many messages are on their way and not taken: a backend that asks without end is not answered without end.
  [[nodiscard]] bool is_flooded() const noexcept { return posting_.load() >= kMaxPosting; }
  // A notification or a response; what the backend says to it is its own business.
  [[nodiscard]] Task<void> post(Caller caller, std::string body);
  // Ends the backend's session.
  [[nodiscard]] Task<void> close(Caller caller);

 private:
  struct State {
    bool open = false;
    std::string session_id, version;
    Json capabilities = Json::object();
    std::shared_ptr<EventChannel> channel;  // of a backend of the old transport
  };
  [[nodiscard]] Task<Result<void>> open(Caller caller);
  [[nodiscard]] Task<Result<std::shared_ptr<EventChannel>>> open_channel(Caller caller);
  [[nodiscard]] Task<Result<BackendReply>> hello(std::shared_ptr<EventChannel> channel, http::StreamRequest request);
  [[nodiscard]] Result<void> take_initialize_result(const mcp::Message& response, const http::Headers& headers, std::shared_ptr<EventChannel> channel);

  BackendPeer& peer_;
  const AggregateDependencies& dependencies_;
  const Json client_capabilities_;
  SingleFlight<Result<void>> opening_;
  std::atomic<int> posting_{0};
  Guarded<State> state_;
};

}  // namespace vmcpauth::proxy
