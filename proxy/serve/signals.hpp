// Signals as values: blocked in every thread, taken one by one by the thread that runs serve().
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>

namespace vmcpauth::proxy {

enum class Signal : std::uint8_t { None, Stop, Reload };  // none within the time; SIGINT or SIGTERM; SIGHUP

class SignalWait {
 public:
  // Blocks the signals for this thread and those it makes from now on; SIGPIPE is ignored.
  SignalWait();
  // Restores this thread's mask.
  ~SignalWait();
  SignalWait(const SignalWait&) = delete;
  SignalWait& operator=(const SignalWait&) = delete;

  [[nodiscard]] Signal wait(std::chrono::seconds at_most) const;

 private:
  struct Masks;
  std::unique_ptr<Masks> masks_;
};

}  // namespace vmcpauth::proxy
