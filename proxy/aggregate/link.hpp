// One session's 2025-11-25 connection to one backend: initialized when first needed and again after the backend lost it.
// Also the way for messages that expect no answer. Shared by the session's calls; thread-safe.
#pragma once

#include <memory>
#include <string>

#include "core/base/guarded.hpp"
#include "proxy/aggregate/backend_peer.hpp"

namespace vmcpauth::proxy {

class Link {
 public:
  Link(BackendPeer& peer, const AggregateDependencies& dependencies, Json client_capabilities)
      : peer_(peer), dependencies_(dependencies), client_capabilities_(std::move(client_capabilities)) {}

  [[nodiscard]] BackendPeer& peer() const noexcept { return peer_; }

  // Opens the backend's session unless it is open. Errors of the backend; BadResponse when it agrees to no revision we know.
  [[nodiscard]] Task<Result<void>> ensure(Caller caller);
  [[nodiscard]] bool is_open() const;
  // The backend does not know the session any more; `id` is the one it was asked with.
  void lose(const std::string& id);

  // Session and version headers for a request of this session.
  void add_headers(http::Headers& headers) const;
  [[nodiscard]] std::string session_id() const;
  [[nodiscard]] bool has_capability(std::string_view name) const;

  // A notification or a response; what the backend says to it is its own business.
  [[nodiscard]] Task<void> post(Caller caller, std::string body);
  // Ends the backend's session.
  [[nodiscard]] Task<void> close(Caller caller);

 private:
  struct State {
    bool open = false;
    std::string session_id, version;
    Json capabilities = Json::object();
  };
  [[nodiscard]] Task<Result<void>> open(Caller caller);
  [[nodiscard]] Result<void> take_initialize_result(const mcp::Message& response, const http::Headers& headers);

  BackendPeer& peer_;
  const AggregateDependencies& dependencies_;
  const Json client_capabilities_;
  SingleFlight<Result<void>> opening_;
  Guarded<State> state_;
};

}  // namespace vmcpauth::proxy
