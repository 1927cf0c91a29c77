#include "cli/token/interruptible_wait.hpp"

#include <cerrno>

#include <pthread.h>

namespace vmcpauth::cli {

// Made before the threads of the network, which inherit the mask: the signal stays pending for wait().
InterruptibleWait::InterruptibleWait() {
  sigemptyset(&ours_);
  sigaddset(&ours_, SIGINT);
  sigaddset(&ours_, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &ours_, &before_);
}

InterruptibleWait::~InterruptibleWait() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

bool InterruptibleWait::wait(std::chrono::milliseconds time) const {
  const timespec limit{.tv_sec = time.count() / 1000, .tv_nsec = (time.count() % 1000) * 1'000'000};
  int signal = 0;
  do {
    signal = ::sigtimedwait(&ours_, nullptr, &limit);
  } while (signal < 0 && errno == EINTR);
  return signal < 0;
}

}  // namespace vmcpauth::cli
