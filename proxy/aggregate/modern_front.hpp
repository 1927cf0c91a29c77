// /mcp for clients of 2026-07-28: every request stands alone, with its version and capabilities in `_meta` and mirrored
// headers; server/discover, subscriptions/listen, multi round-trip requests.
#pragma once

#include "proxy/aggregate/legacy_front.hpp"

namespace vmcpauth::proxy {

class ModernFront {
 public:
  ModernFront(std::shared_ptr<House> house, Sessions& sessions) : house_(std::move(house)), sessions_(sessions) {}

  // Answers the exchange. The front outlives the task.
  [[nodiscard]] Task<void> post(Exchange& exchange, Caller caller, mcp::Message message, RequestRecord& record);

 private:
  [[nodiscard]] Task<void> request(Exchange& exchange, SessionPtr session, Caller caller, mcp::Message message, RequestRecord& record);
  [[nodiscard]] Task<std::string> discover(SessionPtr session, Caller caller, mcp::RequestId id);
  [[nodiscard]] Task<void> call(Exchange& exchange, SessionPtr session, Caller caller, mcp::Message message, RequestRecord& record);
  [[nodiscard]] static std::optional<mcp::RpcError> check_mirrored(const Routed& routed, const mcp::Message& message, const http::Headers& headers);
  // A new call, or the parked one that this is the next round of.
  [[nodiscard]] static std::expected<std::shared_ptr<Call>, mcp::RpcError> start_call(const SessionPtr& session, const std::optional<std::string>& parked,
                                                                                      Routed routed, Caller caller, const OutletPtr& outlet);
  [[nodiscard]] Task<void> listen(Exchange& exchange, SessionPtr session, Caller caller, mcp::Message message);
  // What a retry carries: the parked call's key, or the backend's own state put back in place. An error for what we never gave out.
  [[nodiscard]] std::expected<std::optional<std::string>, mcp::RpcError> open_state(const Session& session, mcp::Message& message) const;

  std::shared_ptr<House> house_;
  Sessions& sessions_;
};

}  // namespace vmcpauth::proxy
