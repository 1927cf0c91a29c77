// The network for commands that are not servers: an HTTP client, and a way to wait for a task from ordinary code. Made by
// cli/main.cpp when a command asks for it; tests make one whose client remembers.
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "core/base/task.hpp"
#include "core/http/client.hpp"
#include "proxy/io_pool.hpp"

namespace vmcpauth::proxy {

class Network {
 public:
  virtual ~Network() = default;
  [[nodiscard]] virtual http::HttpClient& http() = 0;

  // Runs the task to its end and gives its value. Never called from inside a task.
  template <class T>
  [[nodiscard]] T run(Task<T> task) {
    std::optional<T> value;
    auto wrapped = keep(std::move(task), value);
    wait_for(std::move(wrapped));
    return *std::move(value);
  }

  // Runs the task to its end, on a thread that may wait for sockets.
  virtual void wait_for(Task<void> task) = 0;

 private:
  template <class T>
  static Task<void> keep(Task<T> task, std::optional<T>& value) {
    auto result = co_await task;
    value.emplace(std::move(result));
  }
};

// One io thread of its own.
class SystemNetwork final : public Network {
 public:
  SystemNetwork();
  ~SystemNetwork() override;
  [[nodiscard]] http::HttpClient& http() override { return *http_; }
  void wait_for(Task<void> task) override;
  [[nodiscard]] IoPool& pool() noexcept { return pool_; }

 private:
  IoPool pool_;
  std::unique_ptr<http::HttpClient> http_;
};

}  // namespace vmcpauth::proxy
