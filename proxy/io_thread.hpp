// One event loop and what its coroutines wait with: Wakeup (a parked coroutine) and Deadline (a node of the coarse
// sweep). Internal to the socket part of proxy/; everything here belongs to one thread except post() and stop().
//
// The loop is epoll itself, edge-triggered with one registration a descriptor for its whole life: a proxied request
// then costs two reads, two writes and its share of one wait (docs/adr/0001).
#pragma once

#include <atomic>
#include <chrono>
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/executor.hpp"

namespace vmcpauth::proxy {

class IdlePool;
class IoPool;

inline constexpr SteadyPoint kNever = SteadyPoint::max();

// A member of a circular intrusive list; leaves it when it dies.
class ListNode {
 public:
  ListNode() = default;
  ListNode(const ListNode&) = delete;
  ListNode& operator=(const ListNode&) = delete;
  ~ListNode() { unlink(); }

  [[nodiscard]] bool linked() const noexcept { return next_ != this; }
  [[nodiscard]] ListNode* next() const noexcept { return next_; }
  void unlink() noexcept {
    previous_->next_ = next_;
    next_->previous_ = previous_;
    next_ = previous_ = this;
  }
  void insert_before(ListNode& other) noexcept {
    unlink();
    previous_ = other.previous_;
    next_ = &other;
    other.previous_->next_ = this;
    other.previous_ = this;
  }

 private:
  ListNode* previous_ = this;
  ListNode* next_ = this;
};

// Something that happens when a time has passed, or when the loop stops.
class Deadline : public ListNode {
 public:
  virtual ~Deadline() = default;
  // Called unlinked; may destroy any Deadline, this one too.
  virtual void expired() = 0;

 private:
  friend class IoThread;
  SteadyPoint at_ = kNever;
};

// A descriptor the loop watches; on_events gets epoll's bits, each edge once.
class Watched {
 public:
  Watched() = default;
  Watched(const Watched&) = delete;
  Watched& operator=(const Watched&) = delete;
  virtual ~Watched() = default;
  virtual void on_events(std::uint32_t events) = 0;
};

class IoThread final : public Executor {
 public:
  IoThread(IoPool& pool, std::chrono::milliseconds sweep);
  ~IoThread() override;
  IoThread(const IoThread&) = delete;
  IoThread& operator=(const IoThread&) = delete;

  // The loop of the calling thread, or null.
  [[nodiscard]] static IoThread* current() noexcept { return current_; }

  void post(std::move_only_function<void()> work) override;
  // The thread's body: runs until stop(), then ends all waits; returns when `unwinding` loops have none left.
  void run(std::atomic<std::size_t>& unwinding);
  void stop();

  [[nodiscard]] IoPool& pool() noexcept { return pool_; }
  [[nodiscard]] bool stopping() const noexcept { return stopping_; }
  [[nodiscard]] IdlePool& idle_connections() noexcept { return *idle_; }
  // When this turn of the loop began: good enough for deadlines and times in milliseconds, and free.
  [[nodiscard]] SteadyPoint now() const noexcept { return now_; }
  // A read buffer that everyone on this thread shares: valid until the next suspension.
  [[nodiscard]] std::span<char> scratch() noexcept { return {scratch_.get(), kScratchBytes}; }

  // expired() is called once `at` has passed (late by one sweep at most).
  void watch(Deadline& deadline, SteadyPoint at);
  // expired() is called soon, from the loop and not from here.
  void expire_soon(Deadline& deadline) { deadline.insert_before(due_); }

  // Reports edges of readability and writability until the descriptor is closed.
  void watch(Watched& watched, int descriptor);
  // Destroys it when no event of it can be under way any more; its descriptor is closed already.
  void bury(std::unique_ptr<Watched> watched) { graveyard_.push_back(std::move(watched)); }

 private:
  static constexpr std::size_t kScratchBytes = 64U << 10U;
  void turn(std::chrono::milliseconds at_most);
  [[nodiscard]] int wait_time(std::chrono::milliseconds at_most) const;
  void run_posted();
  void run_due();
  void sweep();
  void unwind();

  static inline thread_local IoThread* current_ = nullptr;
  IoPool& pool_;
  std::chrono::milliseconds interval_;
  int epoll_ = -1;
  int wake_ = -1;  // eventfd
  std::atomic<bool> stop_{false};
  bool stopping_ = false;
  SteadyPoint next_sweep_{};
  SteadyPoint now_ = std::chrono::steady_clock::now();
  ListNode timed_, untimed_, due_;
  std::unique_ptr<char[]> scratch_;
  std::vector<std::unique_ptr<Watched>> graveyard_;
  std::unique_ptr<IdlePool> idle_;

  std::mutex mutex_;
  std::vector<std::move_only_function<void()>> posted_;
};

// Where one chain of coroutines sleeps until any of the things it armed happens, or a deadline passes.
class Wakeup final : private Deadline {
 public:
  explicit Wakeup(IoThread& thread) noexcept : thread_(thread) {}

  [[nodiscard]] IoThread& thread() const noexcept { return thread_; }

  // Resumes the sleeper now; without one the next wait() returns at once. From the loop only, as the last thing done.
  void notify();
  // The same, later: safe while iterating over anything.
  void notify_soon();

  class Awaiter {
   public:
    Awaiter(Wakeup& wakeup, SteadyPoint at) noexcept : wakeup_(wakeup), at_(at) {}
    [[nodiscard]] bool await_ready() const noexcept { return wakeup_.signalled_ || wakeup_.thread_.stopping(); }
    void await_suspend(std::coroutine_handle<> handle) {
      wakeup_.parked_ = handle;
      wakeup_.thread_.watch(wakeup_, at_);
    }
    // False when the deadline passed or the loop stops.
    bool await_resume() noexcept { return wakeup_.finish_wait(); }

   private:
    Wakeup& wakeup_;
    SteadyPoint at_;
  };
  // co_await gives true after notify(), false when the deadline passed. Wakes may be spurious: look again.
  [[nodiscard]] Awaiter wait(SteadyPoint at = kNever) noexcept { return {*this, at}; }

  class YieldAwaiter {
   public:
    explicit YieldAwaiter(Wakeup& wakeup) noexcept : wakeup_(wakeup) {}
    [[nodiscard]] bool await_ready() const noexcept { return wakeup_.thread_.stopping(); }
    void await_suspend(std::coroutine_handle<> handle) {
      wakeup_.parked_ = handle;
      wakeup_.notify_soon();
    }
    void await_resume() noexcept { wakeup_.finish_wait(); }

   private:
    Wakeup& wakeup_;
  };
  // Lets everything else on the thread run first.
  [[nodiscard]] YieldAwaiter yield() noexcept { return YieldAwaiter(*this); }

 private:
  friend class Awaiter;
  friend class YieldAwaiter;
  void expired() override;
  bool finish_wait() noexcept;

  IoThread& thread_;
  std::coroutine_handle<> parked_;
  bool signalled_ = false;
  bool poked_ = false;
  bool expired_ = false;
};

}  // namespace vmcpauth::proxy
