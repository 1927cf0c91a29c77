#include "proxy/io_timer.hpp"

#include "proxy/io_thread.hpp"

namespace vmcpauth::proxy {

Task<void> IoTimer::pause(Milliseconds time) {
  Wakeup wakeup(*IoThread::current());
  const auto until = std::chrono::steady_clock::now() + time;
  while (std::chrono::steady_clock::now() < until && !wakeup.thread().stopping()) {
    const bool notified = co_await wakeup.wait(until);
    static_cast<void>(notified);
  }
}

}  // namespace vmcpauth::proxy
