// Where blocking work (SQLite, name resolution, key generation) is done, so that no io thread waits for it. proxy/ has the
// real pool; tests and one-shot commands work on the spot.
#pragma once

#include <coroutine>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

#include "core/base/executor.hpp"
#include "core/base/task.hpp"

namespace vmcpauth {

class WorkPool {
 public:
  virtual ~WorkPool() = default;
  // Runs `work` soon, on some thread. Thread-safe.
  virtual void submit(std::move_only_function<void()> work) = 0;
};

// Works on the caller's thread.
class InlineWorkPool final : public WorkPool {
 public:
  void submit(std::move_only_function<void()> work) override { work(); }
};

namespace detail {
template <class Work, class Value>
struct OffloadAwaiter {
  WorkPool& pool;
  Work& work;
  std::optional<Value> value{};

  [[nodiscard]] bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> handle) {
    pool.submit([this, handle, executor = Executor::current()] {
      value.emplace(work());
      resume_on(executor, [handle] { handle.resume(); });
    });
  }
  Value await_resume() { return std::move(*value); }
};
}  // namespace detail

// What `work()` returns (not void; it must not throw), computed on the pool. The pool outlives the task.
template <class Work>
[[nodiscard]] Task<std::invoke_result_t<Work&>> offload(WorkPool& pool, Work work) {
  auto value = co_await detail::OffloadAwaiter<Work, std::invoke_result_t<Work&>>{pool, work};
  co_return value;
}

}  // namespace vmcpauth
