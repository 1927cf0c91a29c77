// One event loop a core, each on a thread of its own that is the vmcpauth::Executor of everything it runs. A task
// started on an io thread is resumed only there. The composition root makes one pool; cli/ commands use run().
#pragma once

#include <chrono>
#include <cstddef>
#include <future>
#include <memory>
#include <utility>

#include "core/base/executor.hpp"
#include "core/base/task.hpp"
#include "proxy/blocking_pool.hpp"

namespace vmcpauth::proxy {

class IoThread;

struct IoPoolOptions {
  std::size_t threads = 0;  // 0: one a core
  std::size_t blocking_threads = 4;
  // Deadlines are looked at this often, so they are met this late at most.
  std::chrono::milliseconds sweep{100};
};

class IoPool {
 public:
  explicit IoPool(IoPoolOptions options = {});
  ~IoPool();
  IoPool(const IoPool&) = delete;
  IoPool& operator=(const IoPool&) = delete;

  [[nodiscard]] std::size_t size() const noexcept;
  [[nodiscard]] Executor& executor(std::size_t index) noexcept;
  [[nodiscard]] IoThread& thread(std::size_t index) noexcept;
  [[nodiscard]] BlockingPool& blocking() noexcept;

  // Starts the task on an io thread and forgets it.
  void spawn(std::size_t index, Task<void> task);

  // Runs the task on an io thread and waits for its value. Never call it on an io thread.
  template <class T>
  T run(Task<T> task, std::size_t index = 0) {
    auto done = std::make_shared<std::promise<T>>();
    auto value = done->get_future();
    executor(index).post([task = std::move(task), done]() mutable { start(std::move(task), [done](T result) { done->set_value(std::move(result)); }); });
    return value.get();
  }

  // Ends every wait on sockets and deadlines (as if its deadline had passed), lets the tasks unwind, joins the
  // threads. Servers are drained before. Idempotent.
  void stop();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace vmcpauth::proxy
