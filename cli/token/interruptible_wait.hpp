// Waiting that Ctrl-C ends, for `token list --watch`: the signal is taken here instead of killing the program, so that the
// terminal is left in order and the exit status is that of a command that did what it was asked.
#pragma once

#include <chrono>

#include <csignal>

namespace vmcpauth::cli {

class InterruptibleWait {
 public:
  InterruptibleWait();
  InterruptibleWait(const InterruptibleWait&) = delete;
  InterruptibleWait& operator=(const InterruptibleWait&) = delete;
  ~InterruptibleWait();

  // False when SIGINT or SIGTERM came, before or meanwhile.
  [[nodiscard]] bool wait(std::chrono::milliseconds time) const;

 private:
  sigset_t ours_{}, before_{};
};

}  // namespace vmcpauth::cli
