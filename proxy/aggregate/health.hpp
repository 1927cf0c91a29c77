// How one backend is doing: consecutive failures, the circuit breaker of `operational.failureHandling`, and what /status and
// the log say about it. Time is a parameter. Guarded by its owner.
#pragma once

#include <string>

#include "core/base/clock.hpp"
#include "core/config/aggregation.hpp"

namespace vmcpauth::proxy {

enum class HealthState : std::uint8_t { Unknown, Up, Down };
[[nodiscard]] std::string_view to_string(HealthState state) noexcept;

class Health {
 public:
  explicit Health(const config::Operational& rules) : rules_(rules) {}

  // Whether a call may be tried: false while the circuit is open. When its time is over one call is let through to see.
  [[nodiscard]] bool admits(SteadyPoint now);
  // Each returns true when the state changed.
  [[nodiscard]] bool succeeded();
  // One failure of a call or of a health check makes a backend that was never seen up Down; one that was up goes Down after
  // unhealthyThreshold in a row.
  [[nodiscard]] bool failed(std::string error, SteadyPoint now);

  [[nodiscard]] HealthState state() const noexcept { return state_; }
  [[nodiscard]] bool circuit_open(SteadyPoint now) const noexcept { return open_ && now < retry_at_; }
  [[nodiscard]] int failures() const noexcept { return failures_; }
  // Why it failed last; "" while it is up.
  [[nodiscard]] const std::string& last_error() const noexcept { return last_error_; }

 private:
  const config::Operational& rules_;
  HealthState state_ = HealthState::Unknown;
  int failures_ = 0;  // in a row
  bool open_ = false;
  SteadyPoint retry_at_{};
  std::string last_error_;
};

}  // namespace vmcpauth::proxy
