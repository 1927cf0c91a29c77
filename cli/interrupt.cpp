#include "cli/interrupt.hpp"

#include <csignal>
#include <ctime>

namespace vmcpauth::cli {
namespace {

constexpr int kTicksOfGrace = 20;

sigset_t watched_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

// The signal that came within a tenth of a second; -1 for none.
int next_signal(const sigset_t& set) {
  const timespec tick{.tv_sec = 0, .tv_nsec = 100'000'000};
  return ::sigtimedwait(&set, nullptr, &tick);
}

void end_by(int signal, const sigset_t& set) {
  std::signal(signal, SIG_DFL);
  ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
  ::raise(signal);
}

}  // namespace

InterruptWatch::InterruptWatch(Cancellation cancellation) {
  const auto set = watched_signals();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  thread_ = std::jthread([set, cancellation = std::move(cancellation)](const std::stop_token& stop) {
    int first = -1;
    while (!stop.stop_requested() && (first = next_signal(set)) < 0) {
    }
    if (first < 0) return;
    cancellation.cancel();
    for (int tick = 0; tick < kTicksOfGrace && !stop.stop_requested(); ++tick) {
      if (next_signal(set) > 0) break;
    }
    if (!stop.stop_requested()) end_by(first, set);
  });
}

InterruptWatch::~InterruptWatch() {
  thread_.request_stop();
  thread_.join();
  const auto set = watched_signals();
  ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

}  // namespace vmcpauth::cli
