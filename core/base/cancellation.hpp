// A call that can be taken back: whoever no longer wants the outcome cancels, whoever works on it is told once and ends
// with ErrorCode::Cancelled. A handle; copies share one state. Thread-safe.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

namespace vmcpauth {

class Cancellation {
 public:
  // One that is never cancelled.
  Cancellation() = default;
  [[nodiscard]] static Cancellation create() {
    Cancellation made;
    made.state_ = std::make_shared<State>();
    return made;
  }

  [[nodiscard]] bool cancelled() const noexcept { return state_ && state_->cancelled.load(std::memory_order_acquire); }

  // Idempotent. The hooks run on this thread, in the order they came.
  void cancel() const {
    if (!state_) return;
    std::map<std::uint64_t, Hook> hooks;
    {
      const std::scoped_lock lock(state_->mutex);
      if (state_->cancelled.exchange(true, std::memory_order_acq_rel)) return;
      hooks.swap(state_->hooks);
    }
    for (auto& [id, hook] : hooks) hook();
  }

  using Hook = std::move_only_function<void()>;
  struct State {
    std::mutex mutex;
    std::atomic<bool> cancelled{false};
    std::uint64_t next = 0;
    std::map<std::uint64_t, Hook> hooks;
  };

  // Takes the hook away when it dies. The hook may still run on another thread just then, so it must hold what it touches.
  class Registration {
   public:
    Registration() = default;
    Registration(std::shared_ptr<State> state, std::uint64_t id) : state_(std::move(state)), id_(id) {}
    Registration(Registration&& other) noexcept : state_(std::move(other.state_)), id_(other.id_) {}
    Registration& operator=(Registration&& other) noexcept {
      if (this == &other) return *this;
      release();
      state_ = std::move(other.state_);
      id_ = other.id_;
      return *this;
    }
    ~Registration() { release(); }

   private:
    void release() noexcept {
      if (const auto state = std::exchange(state_, nullptr)) {
        Hook gone;  // destroyed outside the lock: it may own anything
        const std::scoped_lock lock(state->mutex);
        if (auto node = state->hooks.extract(id_)) gone = std::move(node.mapped());
      }
    }
    std::shared_ptr<State> state_;
    std::uint64_t id_ = 0;
  };

  // Runs the hook at once when it is cancelled already.
  [[nodiscard]] Registration on_cancel(Hook hook) const {
    if (!state_) return {};
    {
      const std::scoped_lock lock(state_->mutex);
      if (!state_->cancelled.load(std::memory_order_acquire)) {
        const auto id = state_->next++;
        state_->hooks.emplace(id, std::move(hook));
        return {state_, id};
      }
    }
    hook();
    return {};
  }

 private:
  std::shared_ptr<State> state_;
};

}  // namespace vmcpauth
