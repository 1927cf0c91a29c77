// Where a suspended task resumes. Every io thread of proxy/ installs itself as the current executor; code
// that wakes waiters of other threads (SingleFlight) posts to theirs. Without one (tests), waking is inline.
#pragma once

#include <functional>
#include <utility>

namespace vmcpauth {

class Executor {
 public:
  virtual ~Executor() = default;
  // Runs `work` later on this executor's thread. Thread-safe.
  virtual void post(std::move_only_function<void()> work) = 0;

  // The executor of the calling thread, or null.
  [[nodiscard]] static Executor* current() noexcept { return current_; }

  // Installs an executor for the calling thread while the scope lives.
  class Scope {
   public:
    explicit Scope(Executor* executor) noexcept : previous_(std::exchange(current_, executor)) {}
    ~Scope() { current_ = previous_; }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    Executor* previous_;
  };

 private:
  static inline thread_local Executor* current_ = nullptr;
};

inline void resume_on(Executor* executor, std::move_only_function<void()> work) {
  if (executor != nullptr) {
    executor->post(std::move(work));
  } else {
    work();
  }
}

}  // namespace vmcpauth
