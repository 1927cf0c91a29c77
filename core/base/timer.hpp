// Waiting as a collaborator: polling a device grant, trying a lock again. The real one sleeps on the io thread
// (proxy/io_timer.hpp); tests have one that moves their clock and returns at once.
#pragma once

#include "core/base/clock.hpp"
#include "core/base/task.hpp"

namespace vmcpauth {

class Timer {
 public:
  virtual ~Timer() = default;
  [[nodiscard]] virtual Task<void> pause(Milliseconds time) = 0;
};

}  // namespace vmcpauth
