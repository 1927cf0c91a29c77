// Time as a collaborator: protocol code takes `now` or a Clock&, never the system's clock itself.
#pragma once

#include <chrono>

namespace vmcpauth {

using Seconds = std::chrono::seconds;
using Milliseconds = std::chrono::milliseconds;
// Wall clock with microseconds; what `exp` and `iat` are compared with.
using TimePoint = std::chrono::sys_time<std::chrono::microseconds>;
// Monotonic; for timeouts and durations in logs.
using SteadyPoint = std::chrono::steady_clock::time_point;

class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual TimePoint now() const = 0;
  [[nodiscard]] virtual SteadyPoint steady() const = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] TimePoint now() const override { return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now()); }
  [[nodiscard]] SteadyPoint steady() const override { return std::chrono::steady_clock::now(); }
};

// RFC 7519 NumericDate (whole seconds since the epoch, rounded down).
[[nodiscard]] constexpr std::int64_t unix_seconds(TimePoint t) { return std::chrono::floor<std::chrono::seconds>(t).time_since_epoch().count(); }
[[nodiscard]] constexpr TimePoint from_unix_seconds(std::int64_t s) { return TimePoint(std::chrono::seconds(s)); }

}  // namespace vmcpauth
