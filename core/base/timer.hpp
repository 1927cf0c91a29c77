// Waiting as a collaborator: polls and reconnects take their pauses through it, and tests do not sleep.
#pragma once

#include <chrono>

#include "core/base/cancellation.hpp"
#include "core/base/error.hpp"
#include "core/base/task.hpp"

namespace vmcpauth {

class Timer {
 public:
  virtual ~Timer() = default;
  // Done when the time has passed; Cancelled at once when the cancellation comes first.
  [[nodiscard]] virtual Task<Result<void>> wait(std::chrono::milliseconds time, Cancellation cancellation) = 0;
};

}  // namespace vmcpauth
