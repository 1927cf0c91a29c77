#include "proxy/io_thread.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "proxy/idle_pool.hpp"

namespace vmcpauth::proxy {
namespace {

constexpr std::size_t kEventsATurn = 128;
constexpr std::chrono::milliseconds kForEver{-1};

int checked(int descriptor, const char* what) {
  if (descriptor < 0) throw std::system_error(errno, std::generic_category(), what);
  return descriptor;
}

}  // namespace

IoThread::IoThread(IoPool& pool, std::chrono::milliseconds sweep)
    : pool_(pool),
      interval_(sweep),
      epoll_(checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")),
      wake_(checked(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), "eventfd")),
      scratch_(std::make_unique_for_overwrite<char[]>(kScratchBytes)),
      idle_(std::make_unique<IdlePool>(*this)) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLET;
  event.data.ptr = nullptr;
  ::epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_, &event);
}

IoThread::~IoThread() {
  idle_.reset();
  graveyard_.clear();
  ::close(wake_);
  ::close(epoll_);
}

void IoThread::post(std::move_only_function<void()> work) {
  bool first = false;
  {
    const std::scoped_lock lock(mutex_);
    first = posted_.empty();
    posted_.push_back(std::move(work));
  }
  const std::uint64_t one = 1;
  if (first) {
    [[maybe_unused]] const auto written = ::write(wake_, &one, sizeof one);
  }
}

void IoThread::stop() {
  stop_ = true;
  post([] {});
}

void IoThread::run(std::atomic<std::size_t>& unwinding) {
  const Executor::Scope scope(this);
  current_ = this;
  while (!stop_) turn(kForEver);
  unwind();
  --unwinding;
  // Loops that still unwind may post to this one.
  while (unwinding > 0) turn(std::chrono::milliseconds(1));
  turn(std::chrono::milliseconds(0));
  current_ = nullptr;
}

void IoThread::unwind() {
  // From here on no wait suspends, so every task runs to its end.
  stopping_ = true;
  idle_->clear();
  for (ListNode* list : {&timed_, &untimed_}) {
    while (list->linked()) list->next()->insert_before(due_);
  }
  while (due_.linked()) run_due();
}

void IoThread::turn(std::chrono::milliseconds at_most) {
  std::array<epoll_event, kEventsATurn> events;
  const int count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), wait_time(at_most));
  now_ = std::chrono::steady_clock::now();
  bool woken = false;
  for (int i = 0; i < count; ++i) {
    auto& event = events[static_cast<std::size_t>(i)];
    if (event.data.ptr == nullptr) {
      woken = true;
    } else {
      static_cast<Watched*>(event.data.ptr)->on_events(event.events);
    }
  }
  graveyard_.clear();
  if (woken) run_posted();
  if (due_.linked()) run_due();
  if (timed_.linked() && now_ >= next_sweep_) sweep();
}

int IoThread::wait_time(std::chrono::milliseconds at_most) const {
  if (due_.linked()) return 0;
  if (!timed_.linked()) return static_cast<int>(at_most.count());
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(next_sweep_ - std::chrono::steady_clock::now());
  const auto until_sweep = std::max(left, std::chrono::milliseconds(0));
  return static_cast<int>((at_most == kForEver ? until_sweep : std::min(until_sweep, at_most)).count());
}

void IoThread::run_posted() {
  std::uint64_t ignored = 0;
  [[maybe_unused]] const auto taken = ::read(wake_, &ignored, sizeof ignored);
  std::vector<std::move_only_function<void()>> batch;
  {
    const std::scoped_lock lock(mutex_);
    batch.swap(posted_);
  }
  for (auto& work : batch) work();
}

void IoThread::watch(Deadline& deadline, SteadyPoint at) {
  deadline.at_ = at;
  if (at == kNever) {
    deadline.insert_before(untimed_);
    return;
  }
  if (!timed_.linked()) next_sweep_ = now_ + interval_;
  deadline.insert_before(timed_);
}

void IoThread::watch(Watched& watched, int descriptor) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.ptr = &watched;
  ::epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event);
}

void IoThread::sweep() {
  next_sweep_ = now_ + interval_;
  for (ListNode* node = timed_.next(); node != &timed_;) {
    auto* deadline = static_cast<Deadline*>(node);
    node = node->next();
    if (deadline->at_ <= now_) deadline->insert_before(due_);
  }
  run_due();
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

}  // namespace vmcpauth::proxy
