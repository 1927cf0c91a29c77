// A program that a test starts and that never outlives it.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace vmcpauth::test {

class Child {
 public:
  // Its output goes to `log`. Looked up in PATH; throws when it cannot be started.
  Child(const std::vector<std::string>& command, const std::string& log);
  ~Child();
  Child(Child&& other) noexcept;
  Child& operator=(Child&&) = delete;
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  void kill(int signal);
  // Exit status; -1 when a signal ended it.
  int wait();
  [[nodiscard]] bool running();

 private:
  pid_t pid_ = -1;
};

// A TCP port of loopback that nobody listened on a moment ago.
[[nodiscard]] int free_port();

}  // namespace vmcpauth::test
