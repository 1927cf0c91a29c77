#include "proxy/aggregate/health.hpp"

#include <utility>

namespace vmcpauth::proxy {

std::string_view to_string(HealthState state) noexcept {
  switch (state) {
    case HealthState::Unknown: return "unknown";
    case HealthState::Up: return "up";
    case HealthState::Down: return "down";
  }
  return "unknown";
}

bool Health::admits(SteadyPoint now) {
  if (!open_) return true;
  if (now < retry_at_) return false;
  retry_at_ = now + rules_.circuit_breaker.timeout;  // for the others, until this one has an outcome
  return true;
}

bool Health::succeeded() {
  failures_ = 0;
  open_ = false;
  last_error_.clear();
  return std::exchange(state_, HealthState::Up) != HealthState::Up;
}

bool Health::failed(std::string error, SteadyPoint now) {
  ++failures_;
  last_error_ = std::move(error);
  const auto& breaker = rules_.circuit_breaker;
  if (breaker.enabled && failures_ >= breaker.failure_threshold) {
    open_ = true;
    retry_at_ = now + breaker.timeout;
  }
  const bool down = state_ == HealthState::Unknown || failures_ >= rules_.unhealthy_threshold;
  if (!down) return false;
  return std::exchange(state_, HealthState::Down) != HealthState::Down;
}

}  // namespace vmcpauth::proxy
