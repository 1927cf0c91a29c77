#include "proxy/serve/signals.hpp"

#include <csignal>
#include <ctime>

namespace vmcpauth::proxy {

struct SignalWait::Masks {
  sigset_t awaited{};
  sigset_t previous{};
};

SignalWait::SignalWait() : masks_(std::make_unique<Masks>()) {
  sigemptyset(&masks_->awaited);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&masks_->awaited, signal);
  pthread_sigmask(SIG_BLOCK, &masks_->awaited, &masks_->previous);
  std::signal(SIGPIPE, SIG_IGN);  // NOLINT(cert-err33-c): cannot fail for SIGPIPE
}

SignalWait::~SignalWait() { pthread_sigmask(SIG_SETMASK, &masks_->previous, nullptr); }

Signal SignalWait::wait(std::chrono::seconds at_most) const {
  const timespec time{.tv_sec = at_most.count(), .tv_nsec = 0};
  switch (sigtimedwait(&masks_->awaited, nullptr, &time)) {
    case SIGHUP: return Signal::Reload;
    case SIGINT:
    case SIGTERM: return Signal::Stop;
    default: return Signal::None;  // the time is over, or another signal was handled meanwhile
  }
}

}  // namespace vmcpauth::proxy
