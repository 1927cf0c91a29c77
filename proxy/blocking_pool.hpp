// A few threads for work that blocks (name resolution, SQLite, key generation). Io threads await its outcome
// and are resumed on their own thread; so nothing on an io thread ever waits.
#pragma once

#include <condition_variable>
#include <coroutine>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/base/executor.hpp"
#include "core/base/task.hpp"

namespace vmcpauth::proxy {

class BlockingPool {
 public:
  explicit BlockingPool(std::size_t threads);
  ~BlockingPool();
  BlockingPool(const BlockingPool&) = delete;
  BlockingPool& operator=(const BlockingPool&) = delete;

  // Runs `work` on one of the threads. Thread-safe. Work submitted before stop() is done before it returns.
  void submit(std::move_only_function<void()> work);
  // Finishes what was submitted and joins the threads; later submits run inline.
  void stop();

 private:
  void run();
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::move_only_function<void()>> queue_;
  bool stopping_ = false;
  std::vector<std::jthread> threads_;
};

namespace detail {
template <class Work, class Value>
struct OffloadAwaiter {
  BlockingPool& pool;
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
[[nodiscard]] Task<std::invoke_result_t<Work&>> offload(BlockingPool& pool, Work work) {
  auto value = co_await detail::OffloadAwaiter<Work, std::invoke_result_t<Work&>>{pool, work};
  co_return value;
}

}  // namespace vmcpauth::proxy
