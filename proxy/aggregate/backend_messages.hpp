// What a backend says of its own accord, outside a response: change notifications, log lines, requests to the client. Used by
// calls and by the streams that watch backends.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "proxy/aggregate/session.hpp"

namespace vmcpauth::proxy {

// The error a backend gets when what it asks for cannot be.
[[nodiscard]] Json not_possible(std::string message);

// True for list_changed and resources/updated: the shelf learns of it and whoever listens is told.
bool take_change(Session& session, std::size_t backend, const mcp::Message& message);

// notifications/cancelled of a backend: it takes back what it asked the client.
void take_withdrawal(Session& session, const Link& link, const mcp::Message& message);

// Whether a log message reaches the level the client set; without one 2025-11-25 lets it through, 2026-07-28 does not.
[[nodiscard]] bool is_loud_enough(const Session& session, const std::optional<std::string>& request_level, const Json& params);

// What we answer without the client: ping, methods nobody has, requests that need a capability the client did not declare.
[[nodiscard]] std::optional<std::string> answer_for_client(const Session& session, const mcp::Message& request);

// The request goes to a 2025-11-25 client and its answer back to the backend; `answered` runs then. False when too many wait:
// the backend got an error.
[[nodiscard]] bool forward_request(SessionPtr session, std::shared_ptr<Link> link, const mcp::Message& request, OutletPtr outlet,
                                   std::move_only_function<void()> answered);

// Everything that comes on a stream that belongs to no call.
class StreamMessages final : public MessageListener {
 public:
  StreamMessages(SessionPtr session, std::size_t backend) : session_(std::move(session)), backend_(backend) {}
  void on_message(mcp::Message message) override;

 private:
  SessionPtr session_;
  std::size_t backend_;
};

}  // namespace vmcpauth::proxy
