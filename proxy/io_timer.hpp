// The Timer port on the io threads: a task that pauses costs nothing while it does.
#pragma once

#include "core/base/timer.hpp"

namespace vmcpauth::proxy {

// For tasks that run on an io thread.
class IoTimer final : public Timer {
 public:
  [[nodiscard]] Task<void> pause(Milliseconds time) override;
};

}  // namespace vmcpauth::proxy
