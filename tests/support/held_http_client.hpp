// An HttpClient that answers when told to: for what happens while a request is under way.
#pragma once

#include <coroutine>
#include <vector>

#include "core/http/client.hpp"

namespace vmcpauth::test {

class HeldHttpClient final : public http::HttpClient {
 public:
  explicit HeldHttpClient(http::HttpClient& inner) : inner_(inner) {}

  [[nodiscard]] Task<Result<http::ClientResponse>> send(http::ClientRequest request) override {
    co_await Gate{*this};
    auto response = co_await inner_.send(std::move(request));
    co_return response;
  }

  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }
  // Lets everything that waits go on; what comes after passes at once.
  void release() {
    open_ = true;
    for (const auto handle : std::exchange(waiting_, {})) handle.resume();
  }

 private:
  struct Gate {
    HeldHttpClient& client;
    [[nodiscard]] bool await_ready() const noexcept { return client.open_; }
    void await_suspend(std::coroutine_handle<> handle) { client.waiting_.push_back(handle); }
    void await_resume() const noexcept {}
  };

  http::HttpClient& inner_;
  bool open_ = false;
  std::vector<std::coroutine_handle<>> waiting_;
};

// Starts a task that may wait; its value appears in the slot.
template <class T>
[[nodiscard]] std::shared_ptr<std::optional<T>> start_waiting(Task<T> task) {
  auto slot = std::make_shared<std::optional<T>>();
  start(std::move(task), [slot](T value) { slot->emplace(std::move(value)); });
  return slot;
}

}  // namespace vmcpauth::test
