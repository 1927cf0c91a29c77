// Several tasks at once: all are started where the group is awaited, and it ends when the last one does. Results keep the
// order of the tasks. Used where one deadline covers many requests (core/live).
#pragma once

#include <atomic>
#include <coroutine>
#include <cstddef>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "core/base/task.hpp"

namespace vmcpauth {

namespace detail {

// Counts the tasks and whoever waits for them.
struct GroupGate {
  explicit GroupGate(std::size_t tasks) : open(tasks + 1) {}
  std::atomic<std::size_t> open;
  std::coroutine_handle<> waiting;

  void one_done() {
    if (open.fetch_sub(1, std::memory_order_acq_rel) == 1) waiting.resume();
  }

  [[nodiscard]] bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> handle) noexcept {
    waiting = handle;
    return open.fetch_sub(1, std::memory_order_acq_rel) != 1;
  }
  void await_resume() const noexcept {}
};

template <class T>
Task<void> keep_result(Task<T> task, std::optional<T>& slot) {
  auto value = co_await task;
  slot.emplace(std::move(value));
}

}  // namespace detail

template <class T>
[[nodiscard]] Task<std::vector<T>> all_of(std::vector<Task<T>> tasks) {
  std::vector<std::optional<T>> slots(tasks.size());
  detail::GroupGate gate(tasks.size());
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    auto kept = detail::keep_result(std::move(tasks[i]), slots[i]);
    start(std::move(kept), [&gate] { gate.one_done(); });
  }
  co_await gate;
  std::vector<T> out;
  out.reserve(slots.size());
  for (auto& slot : slots) out.push_back(*std::move(slot));
  co_return out;
}

}  // namespace vmcpauth
