// /mcp for clients of 2025-11-25 and before: initialize and the session header, POST, the GET stream with resumption, DELETE
// (2025-11-25, basic/transports "Streamable HTTP").
#pragma once

#include "proxy/aggregate/client_stream.hpp"
#include "proxy/aggregate/methods.hpp"
#include "proxy/aggregate/sessions.hpp"
#include "proxy/exchange.hpp"
#include "proxy/serve/request_record.hpp"

namespace vmcpauth::proxy {

class LegacyFront {
 public:
  LegacyFront(std::shared_ptr<House> house, Sessions& sessions) : house_(std::move(house)), sessions_(sessions) {}

  // Each answers the exchange. The front outlives the task.
  [[nodiscard]] Task<void> post(Exchange& exchange, Caller caller, mcp::Message message, RequestRecord& record);
  [[nodiscard]] Task<void> get(Exchange& exchange, Caller caller);
  [[nodiscard]] Task<void> remove(Exchange& exchange, Caller caller);

 private:
  // The session the request names; null when the exchange has been answered.
  [[nodiscard]] Task<SessionPtr> session_of(Exchange& exchange, Caller caller, std::optional<mcp::RequestId> id);
  [[nodiscard]] Task<void> initialize(Exchange& exchange, Caller caller, mcp::Message message);
  [[nodiscard]] Task<void> request(Exchange& exchange, SessionPtr session, Caller caller, mcp::Message message, RequestRecord& record);
  [[nodiscard]] Task<void> call(Exchange& exchange, SessionPtr session, Caller caller, mcp::Message message, RequestRecord& record);
  [[nodiscard]] Task<std::string> set_level(SessionPtr session, Caller caller, mcp::Message message);
  [[nodiscard]] Task<std::string> subscribe(SessionPtr session, Caller caller, mcp::Message message, RequestRecord& record);
  void notification(const SessionPtr& session, mcp::Message message);

  std::shared_ptr<House> house_;
  Sessions& sessions_;
};

// Sends a JSON-RPC text, or nothing but the status.
[[nodiscard]] Task<void> answer_json(Exchange& exchange, int status, std::string text);
[[nodiscard]] Task<void> answer_empty(Exchange& exchange, int status);

// Waits for the call's answer and sends it; a client that leaves ends the call when `cancels`.
[[nodiscard]] Task<StreamEnd> deliver_call(Exchange& exchange, std::shared_ptr<Call> call, ClientStream stream, bool cancels, RequestRecord& record);
// For the log: which backend the request is for and how it is authenticated there.
void note_backend(RequestRecord& record, const BackendPeer& peer);

}  // namespace vmcpauth::proxy
