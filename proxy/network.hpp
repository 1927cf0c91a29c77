// The network for commands that are not servers: an HTTP client, and a way to wait for a task from ordinary code. Made by
// cli/main.cpp when a command asks for it; tests make one whose client remembers.
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "core/base/files.hpp"
#include "core/base/task.hpp"
#include "core/base/timer.hpp"
#include "core/http/client.hpp"
#include "core/http/streaming_client.hpp"
#include "proxy/io_pool.hpp"
#include "proxy/io_timer.hpp"
#include "proxy/login/agent_options.hpp"

namespace vmcpauth::client {
class UserAgent;
}

namespace vmcpauth::proxy {

class Network {
 public:
  virtual ~Network() = default;
  [[nodiscard]] virtual http::HttpClient& http() = 0;
  [[nodiscard]] virtual Timer& timer() = 0;
  // The person at the terminal and their browser, for a login. Env, clock and network outlive it.
  [[nodiscard]] virtual std::unique_ptr<client::UserAgent> user_agent(const Env& env, const Clock& clock, AgentOptions options) = 0;
  // Opened streams are read and destroyed inside run().
  [[nodiscard]] virtual http::StreamingClient& streaming() = 0;

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
  [[nodiscard]] Timer& timer() override { return timer_; }
  [[nodiscard]] std::unique_ptr<client::UserAgent> user_agent(const Env& env, const Clock& clock, AgentOptions options) override;
  [[nodiscard]] http::StreamingClient& streaming() override { return *streaming_; }
  void wait_for(Task<void> task) override;
  [[nodiscard]] IoPool& pool() noexcept { return pool_; }

 private:
  IoPool pool_;
  IoTimer timer_;
  std::unique_ptr<http::HttpClient> http_;
  std::unique_ptr<http::StreamingClient> streaming_;
};

}  // namespace vmcpauth::proxy
