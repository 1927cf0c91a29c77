// Redis stores for tests: a client with threads of its own, and a clock that stands still.
#pragma once

#include <memory>
#include <string>

#include "core/store/redis/redis_store.hpp"
#include "proxy/redis/client.hpp"
#include "tests/contract/store_contract.hpp"
#include "tests/support/fakes.hpp"

namespace vmcpauth::test {

// Empty stores on one server, each under a prefix of its own.
class RedisWorld {
 public:
  explicit RedisWorld(proxy::RedisSettings settings) {
    auto client = proxy::RedisClient::make(std::move(settings), pool_, log_.logger);
    if (!client) FAIL(client.error().describe());
    client_ = *std::move(client);
  }
  ~RedisWorld() { pool_.stop(); }

  std::unique_ptr<store::Store> operator()() {
    const auto name = std::to_string(++count_);
    prefix_ = store::redis::Keys::prefix_of("test", name);
    auto keys = store::redis::Keys::with_prefix(prefix_);
    return std::make_unique<store::RedisStore>(*client_, *std::move(keys), clock_);
  }
  [[nodiscard]] test::StoreRunner runner() { return {&pool_}; }
  [[nodiscard]] proxy::RedisClient& client() { return *client_; }
  // Of the last store made.
  [[nodiscard]] const std::string& prefix() const { return prefix_; }
  // One command past the store.
  store::redis::Reply command(store::redis::Command command) {
    std::vector<store::redis::Command> commands{std::move(command)};
    auto replies = pool_.run(client_->run(std::move(commands), store::redis::Repeat::Harmless));
    REQUIRE(replies.has_value());
    return std::move(replies->front());
  }

 private:
  test::RecordingLog log_;
  test::FakeClock clock_;
  proxy::IoPool pool_{{.threads = 2, .blocking_threads = 1}};
  std::unique_ptr<proxy::RedisClient> client_;
  std::string prefix_;
  static inline int count_ = 0;  // a prefix is never used again: the server outlives this
};

}  // namespace vmcpauth::test
