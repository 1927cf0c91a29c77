// The project's asynchronous value: a lazy coroutine that knows no event loop. Core code co_awaits ports
// (HttpClient, SessionStore, …); proxy/ starts tasks on its io threads, tests with run_ready().
//
// Rules that keep GCC 12's coroutines correct, used throughout: parameters by value or to objects that
// outlive the task; `co_await` only as a whole initialiser or statement; no lock held across it.
#pragma once

#include <atomic>
#include <coroutine>
#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "core/base/frame_pool.hpp"

namespace vmcpauth {

template <class T = void>
class Task;

namespace detail {

struct TaskPromiseBase {
  std::coroutine_handle<> continuation = std::noop_coroutine();
  std::exception_ptr exception;
  // Set by whichever comes first: the task's end, or its awaiter going to sleep. Resuming by hand like this
  // instead of by symmetric transfer keeps the stack flat in unoptimised builds too (GCC tail-calls only at -O2).
  std::atomic<bool> met{false};

  static void* operator new(std::size_t bytes) { return FramePool::allocate(bytes); }
  static void operator delete(void* frame, std::size_t bytes) noexcept { FramePool::release(frame, bytes); }

  struct FinalAwaiter {
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> self) const noexcept {
      auto& promise = self.promise();
      if (promise.met.exchange(true, std::memory_order_acq_rel)) promise.continuation.resume();
    }
    void await_resume() const noexcept {}
  };

  std::suspend_always initial_suspend() noexcept { return {}; }
  FinalAwaiter final_suspend() noexcept { return {}; }
  void unhandled_exception() noexcept { exception = std::current_exception(); }
};

template <class T>
struct TaskPromise : TaskPromiseBase {
  std::optional<T> value;
  Task<T> get_return_object();
  template <class U>
  void return_value(U&& result) {
    value.emplace(std::forward<U>(result));
  }
  T take() {
    if (exception) std::rethrow_exception(exception);
    return std::move(*value);
  }
};

template <>
struct TaskPromise<void> : TaskPromiseBase {
  Task<void> get_return_object();
  void return_void() noexcept {}
  void take() const {
    if (exception) std::rethrow_exception(exception);
  }
};

}  // namespace detail

template <class T>
class [[nodiscard]] Task {
 public:
  using promise_type = detail::TaskPromise<T>;
  using Handle = std::coroutine_handle<promise_type>;

  explicit Task(Handle handle) noexcept : handle_(handle) {}
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Task& operator=(Task&& other) noexcept {
    if (this != &other) {
      if (handle_) handle_.destroy();
      handle_ = std::exchange(other.handle_, nullptr);
    }
    return *this;
  }
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;
  ~Task() {
    if (handle_) handle_.destroy();
  }

  [[nodiscard]] bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> continuation) noexcept {
    auto& promise = handle_.promise();
    promise.continuation = continuation;
    handle_.resume();
    return !promise.met.exchange(true, std::memory_order_acq_rel);
  }
  T await_resume() { return handle_.promise().take(); }

 private:
  Handle handle_;
};

namespace detail {
template <class T>
Task<T> TaskPromise<T>::get_return_object() {
  return Task<T>(std::coroutine_handle<TaskPromise<T>>::from_promise(*this));
}
inline Task<void> TaskPromise<void>::get_return_object() { return Task<void>(std::coroutine_handle<TaskPromise<void>>::from_promise(*this)); }

struct Detached {
  struct promise_type {
    Detached get_return_object() noexcept { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() noexcept {}
    void unhandled_exception() noexcept { std::terminate(); }
  };
};

template <class T, class Done>
Detached drive(Task<T> task, Done done) {
  if constexpr (std::is_void_v<T>) {
    co_await task;
    done();
  } else {
    auto value = co_await task;
    done(std::move(value));
  }
}
}  // namespace detail

// Starts the task now, on this thread; `done` gets its value where it finishes. A task that throws ends
// the process: errors travel as Result.
template <class T, class Done>
void start(Task<T> task, Done done) {
  detail::drive(std::move(task), std::move(done));
}

// Runs a task whose ports answer without suspending (tests, fakes, memory store). nullopt when it is still waiting.
template <class T>
[[nodiscard]] std::optional<T> run_ready(Task<T> task) {
  auto slot = std::make_shared<std::optional<T>>();
  start(std::move(task), [slot](T value) { slot->emplace(std::move(value)); });
  return std::move(*slot);
}

}  // namespace vmcpauth
