#include "proxy/io_pool.hpp"

#include <signal.h>

#include <algorithm>
#include <thread>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "proxy/idle_pool.hpp"
#include "proxy/io_thread.hpp"

namespace vmcpauth::proxy {

namespace asio = boost::asio;

struct IoThread::Loop {
  // Descriptors are used by this thread only, so the reactor needs no lock a descriptor; posting stays thread-safe.
  asio::io_context context{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO};
  asio::steady_timer timer{context};
  asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
};

IoThread::IoThread(IoPool& pool, std::size_t index, std::chrono::milliseconds sweep)
    : pool_(pool),
      index_(index),
      interval_(sweep),
      scratch_(std::make_unique_for_overwrite<char[]>(kScratchBytes)),
      loop_(std::make_unique<Loop>()),
      idle_(std::make_unique<IdlePool>(*this)) {}

IoThread::~IoThread() = default;

asio::io_context& IoThread::context() noexcept { return loop_->context; }

void IoThread::post(std::move_only_function<void()> work) {
  asio::post(loop_->context, [work = std::move(work)]() mutable { work(); });
}

void IoThread::run() {
  const Executor::Scope scope(this);
  current_ = this;
  loop_->context.run();
  // Stopped: from here on no wait suspends, so every task runs to its end.
  stopping_ = true;
  idle_->clear();
  loop_->timer.cancel();
  for (ListNode* list : {&timed_, &untimed_}) {
    while (list->linked()) list->next()->insert_before(due_);
  }
  run_due();
  loop_->work.reset();
  loop_->context.restart();
  loop_->context.run_for(std::chrono::seconds(5));
  current_ = nullptr;
}

void IoThread::stop() { loop_->context.stop(); }

void IoThread::watch(Deadline& deadline, SteadyPoint at) {
  deadline.at_ = at;
  if (at == kNever) {
    deadline.insert_before(untimed_);
    return;
  }
  deadline.insert_before(timed_);
  if (!sweep_scheduled_) schedule_sweep();
}

void IoThread::expire_soon(Deadline& deadline) {
  deadline.insert_before(due_);
  if (std::exchange(due_scheduled_, true)) return;
  asio::post(loop_->context, [this] {
    due_scheduled_ = false;
    run_due();
  });
}

void IoThread::schedule_sweep() {
  sweep_scheduled_ = true;
  loop_->timer.expires_after(interval_);
  loop_->timer.async_wait([this](const boost::system::error_code& error) {
    sweep_scheduled_ = false;
    if (!error) sweep();
  });
}

void IoThread::sweep() {
  const auto now = std::chrono::steady_clock::now();
  for (ListNode* node = timed_.next(); node != &timed_;) {
    auto* deadline = static_cast<Deadline*>(node);
    node = node->next();
    if (deadline->at_ <= now) deadline->insert_before(due_);
  }
  run_due();
  if (timed_.linked() && !sweep_scheduled_ && !stopping_) schedule_sweep();
}

void IoThread::run_due() {
  ListNode batch;  // what becomes due meanwhile waits for the next round
  while (due_.linked()) due_.next()->insert_before(batch);
  while (batch.linked()) {
    auto* deadline = static_cast<Deadline*>(batch.next());
    deadline->unlink();
    deadline->expired();
  }
}

void Wakeup::notify() {
  if (!parked_) {
    signalled_ = true;
    return;
  }
  unlink();
  poked_ = false;
  std::exchange(parked_, nullptr).resume();
}

void Wakeup::notify_soon() {
  if (!parked_) {
    signalled_ = true;
    return;
  }
  poked_ = true;
  thread_.expire_soon(*this);
}

void Wakeup::expired() {
  if (!std::exchange(poked_, false)) expired_ = true;
  std::exchange(parked_, nullptr).resume();
}

bool Wakeup::finish_wait() noexcept {
  signalled_ = false;
  const bool expired = std::exchange(expired_, false);
  return !expired && !thread_.stopping();
}

struct IoPool::Parts {
  BlockingPool blocking;
  std::vector<std::unique_ptr<IoThread>> loops;
  std::vector<std::jthread> threads;
  explicit Parts(std::size_t blocking_threads) : blocking(blocking_threads) {}
};

IoPool::IoPool(IoPoolOptions options) : parts_(std::make_unique<Parts>(options.blocking_threads)) {
  const std::size_t count = options.threads > 0 ? options.threads : std::max(1U, std::thread::hardware_concurrency());
  for (std::size_t i = 0; i < count; ++i) parts_->loops.push_back(std::make_unique<IoThread>(*this, i, options.sweep));
  for (auto& loop : parts_->loops) {
    parts_->threads.emplace_back([&loop = *loop] {
      sigset_t all;
      sigfillset(&all);
      ::pthread_sigmask(SIG_BLOCK, &all, nullptr);  // signals belong to the main thread; SIGPIPE to nobody
      loop.run();
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
