// A place where test tasks wait until they are let through: makes concurrency visible without threads.
#pragma once

#include <coroutine>
#include <utility>
#include <vector>

namespace vmcpauth::test {

class Gate {
 public:
  struct Awaiter {
    Gate& gate;
    [[nodiscard]] bool await_ready() const noexcept { return gate.open_; }
    void await_suspend(std::coroutine_handle<> handle) { gate.waiting_.push_back(handle); }
    void await_resume() const noexcept {}
  };
  [[nodiscard]] Awaiter pass() { return {*this}; }

  void close() { open_ = false; }
  void open() {
    open_ = true;
    for (const auto handle : std::exchange(waiting_, {})) handle.resume();
  }
  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }

 private:
  bool open_ = true;
  std::vector<std::coroutine_handle<>> waiting_;
};

}  // namespace vmcpauth::test
