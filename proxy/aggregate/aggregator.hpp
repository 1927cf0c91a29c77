// All backends as one MCP server: the door of this room. Takes authenticated requests to /mcp, tells the eras apart, watches
// the backends' health and ends what nobody uses. Made once a configuration.
#pragma once

#include <memory>

#include "core/base/executor.hpp"
#include "core/outgoing/passthrough.hpp"
#include "proxy/aggregate/legacy_front.hpp"
#include "proxy/aggregate/modern_front.hpp"

namespace vmcpauth::proxy {

class Aggregator {
 public:
  Aggregator(AggregateDependencies dependencies, std::shared_ptr<const MountedBackends> backends, const config::Runtime& runtime,
             outgoing::Passthrough passthrough);
  ~Aggregator();

  // Health checks and sweeping, on this io thread until retire().
  void start_housekeeping(Executor& executor);
  // Ends sessions, streams and housekeeping: the configuration is replaced, or the server stops.
  void retire();

  // Answers the request and notes for the log whom it was for. The identity has been admitted.
  [[nodiscard]] Task<void> handle(Exchange& exchange, identity::IdentityPtr identity, RequestRecord& record);

  // What GET /status says: backends with their health, revision and counts, sessions. No secrets.
  [[nodiscard]] Json status() const;

 private:
  [[nodiscard]] Caller caller_of(const http::Request& head, identity::IdentityPtr identity) const;
  [[nodiscard]] Task<void> post(Exchange& exchange, Caller caller, RequestRecord& record);

  std::shared_ptr<House> house_;
  std::shared_ptr<Sessions> sessions_;
  outgoing::Passthrough passthrough_;
  LegacyFront legacy_;
  ModernFront modern_;
};

}  // namespace vmcpauth::proxy
