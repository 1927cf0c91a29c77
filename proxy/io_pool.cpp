#include "proxy/io_pool.hpp"

#include <signal.h>

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include "proxy/io_thread.hpp"

namespace vmcpauth::proxy {

struct IoPool::Parts {
  BlockingPool blocking;
  std::atomic<std::size_t> unwinding;
  std::vector<std::unique_ptr<IoThread>> loops;
  std::vector<std::jthread> threads;
  Parts(std::size_t loop_count, std::size_t blocking_threads) : blocking(blocking_threads), unwinding(loop_count) {}
};

namespace {

std::size_t loop_count(const IoPoolOptions& options) { return options.threads > 0 ? options.threads : std::max(1U, std::thread::hardware_concurrency()); }

}  // namespace

IoPool::IoPool(IoPoolOptions options) : parts_(std::make_unique<Parts>(loop_count(options), options.blocking_threads)) {
  for (std::size_t i = 0; i < loop_count(options); ++i) parts_->loops.push_back(std::make_unique<IoThread>(*this, options.sweep));
  for (auto& loop : parts_->loops) {
    parts_->threads.emplace_back([&loop = *loop, &unwinding = parts_->unwinding] {
      sigset_t all;
      sigfillset(&all);
      ::pthread_sigmask(SIG_BLOCK, &all, nullptr);  // signals belong to the main thread; SIGPIPE to nobody
      loop.run(unwinding);
    });
  }
}

IoPool::~IoPool() { stop(); }

std::size_t IoPool::size() const noexcept { return parts_->loops.size(); }
Executor& IoPool::executor(std::size_t index) noexcept { return *parts_->loops[index]; }
IoThread& IoPool::thread(std::size_t index) noexcept { return *parts_->loops[index]; }
BlockingPool& IoPool::blocking() noexcept { return parts_->blocking; }

void IoPool::spawn(std::size_t index, Task<void> task) {
  executor(index).post([task = std::move(task)]() mutable { start(std::move(task), [] {}); });
}

void IoPool::stop() {
  parts_->blocking.stop();
  for (auto& loop : parts_->loops) loop->stop();
  parts_->threads.clear();
}

}  // namespace vmcpauth::proxy
