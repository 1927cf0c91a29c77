// A few threads for work that blocks (name resolution, SQLite, key generation). Io threads await its outcome
// and are resumed on their own thread; so nothing on an io thread ever waits.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "core/base/work_pool.hpp"

namespace vmcpauth::proxy {

class BlockingPool final : public WorkPool {
 public:
  explicit BlockingPool(std::size_t threads);
  ~BlockingPool() override;
  BlockingPool(const BlockingPool&) = delete;
  BlockingPool& operator=(const BlockingPool&) = delete;

  // Runs `work` on one of the threads. Thread-safe. Work submitted before stop() is done before it returns.
  void submit(std::move_only_function<void()> work) override;
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

}  // namespace vmcpauth::proxy
