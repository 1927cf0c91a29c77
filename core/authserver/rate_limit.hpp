// A token bucket: `burst` at once, then one every `interval`. Thread-safe.
#pragma once

#include <algorithm>

#include "core/base/clock.hpp"
#include "core/base/guarded.hpp"

namespace vmcpauth::authserver {

class RateLimit {
 public:
  RateLimit(const Clock& clock, Milliseconds interval, int burst) : clock_(clock), interval_(interval), burst_(burst) {}

  // True when one more may pass now.
  [[nodiscard]] bool admit() {
    const auto now = clock_.steady();
    return state_.with([&](State& state) {
      // `full_at` is when the bucket will be full again; each passage moves it one interval on.
      const auto full_at = std::max(state.full_at, now) + interval_;
      if (full_at > now + interval_ * burst_) return false;
      state.full_at = full_at;
      return true;
    });
  }

 private:
  struct State {
    SteadyPoint full_at{};
  };
  const Clock& clock_;
  Milliseconds interval_;
  int burst_;
  Guarded<State> state_;
};

}  // namespace vmcpauth::authserver
