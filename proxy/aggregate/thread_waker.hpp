// A place for one task to sleep that other threads can wake: a Wakeup behind a handle that may outlive it.
#pragma once

#include <functional>
#include <memory>

#include "proxy/io_thread.hpp"

namespace vmcpauth::proxy {

class ThreadWaker {
 public:
  // On an io thread.
  ThreadWaker() : wakeup_(*IoThread::current()), link_(std::make_shared<Link>(wakeup_.thread(), &wakeup_)) {}
  ~ThreadWaker() { link_->wakeup = nullptr; }
  ThreadWaker(const ThreadWaker&) = delete;
  ThreadWaker& operator=(const ThreadWaker&) = delete;

  // Ends the present wait or the next; from any thread, at any time.
  [[nodiscard]] std::function<void()> function() const {
    return [link = link_] {
      const auto wake = [link] {
        if (link->wakeup != nullptr) link->wakeup->notify_soon();
      };
      if (IoThread::current() == &link->thread) {
        wake();
      } else {
        link->thread.post(wake);
      }
    };
  }
  // co_await gives false when the deadline passed or the loop stops.
  [[nodiscard]] Wakeup::Awaiter wait(SteadyPoint at) noexcept { return wakeup_.wait(at); }

 private:
  struct Link {
    IoThread& thread;
    Wakeup* wakeup;  // belongs to the thread
  };
  Wakeup wakeup_;
  std::shared_ptr<Link> link_;
};

}  // namespace vmcpauth::proxy
