// What the one log line of a request says. Filled on the way by Application, written at the end.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "core/base/clock.hpp"
#include "core/base/log.hpp"
#include "proxy/forward.hpp"

namespace vmcpauth::proxy {

struct RequestRecord {
  std::string_view route = "none";  // health, auth_server, resource_metadata, mcp, …
  std::string mcp_method;           // of a message to /mcp
  std::string backend;
  std::string_view strategy, provider;
  std::string subject;
  SteadyPoint lap;         // when what is timed next began
  double auth_ms = 0;      // incoming auth, upstream refresh included
  double outgoing_ms = 0;  // the strategy: token exchange
  ForwardSummary forward;
  std::string error;  // why it was refused or ended early; no secret

  // Milliseconds since the last call (the first: since `lap` was set), in one look at the clock.
  [[nodiscard]] double take_lap(const Clock& clock) {
    const auto now = clock.steady();
    return std::chrono::duration<double, std::milli>(now - std::exchange(lap, now)).count();
  }
};

// Event `request`: method, path (no query), route, status, times in ms, and what applies of backend, strategy, provider, error.
// Routine requests are `info`, /health and /ping `debug`, 5xx `warn`.
void log_request(const Logger& logger, const RequestRecord& record, std::string_view method, std::string_view path, int status, double total_ms);

}  // namespace vmcpauth::proxy
