// Ctrl-C for commands that have something to take back first: the first SIGINT or SIGTERM cancels, and when the command has not
// ended two seconds later, or at a second one, the signal does what it always does.
#pragma once

#include <thread>

#include "core/base/cancellation.hpp"

namespace vmcpauth::cli {

// Blocks both signals for the threads made after it: make it before the network.
class InterruptWatch {
 public:
  explicit InterruptWatch(Cancellation cancellation);
  ~InterruptWatch();
  InterruptWatch(const InterruptWatch&) = delete;
  InterruptWatch& operator=(const InterruptWatch&) = delete;

 private:
  std::jthread thread_;
};

}  // namespace vmcpauth::cli
