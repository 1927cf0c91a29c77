// One task in flight a key: concurrent callers of the same key wait for the first one's outcome.
// Used for token refresh, JWKS and discovery fetches, and token exchange. Thread-safe.
#pragma once

#include <coroutine>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/base/executor.hpp"
#include "core/base/guarded.hpp"
#include "core/base/task.hpp"

namespace vmcpauth {

template <class Value>
class SingleFlight {
 public:
  using Shared = std::shared_ptr<const Value>;

  // The outcome of the flight for `key`: `work` is started when none is under way and dropped otherwise.
  // Nothing is kept once the flight has landed. The SingleFlight must outlive the task.
  Task<Shared> run(std::string key, Task<Value> work) {
    auto [flight, leader] = join(key);
    if (!leader) {
      Shared shared = co_await Waiter{*flight};
      co_return shared;
    }
    Value value = co_await work;
    auto shared = std::make_shared<const Value>(std::move(value));
    land(key, *flight, shared);
    co_return shared;
  }

 private:
  struct Parked {
    std::coroutine_handle<> handle;
    Executor* executor;
  };
  struct State {
    Shared value;
    std::vector<Parked> parked;
  };
  using Flight = Guarded<State>;

  struct Waiter {
    Flight& flight;
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    bool await_suspend(std::coroutine_handle<> handle) {
      return flight.with([&](State& state) {
        if (state.value) return false;
        state.parked.push_back({handle, Executor::current()});
        return true;
      });
    }
    Shared await_resume() {
      return flight.with([](State& state) { return state.value; });
    }
  };

  std::pair<std::shared_ptr<Flight>, bool> join(const std::string& key) {
    return flights_.with([&](auto& flights) {
      auto [it, inserted] = flights.try_emplace(key);
      if (inserted) it->second = std::make_shared<Flight>();
      return std::pair(it->second, inserted);
    });
  }

  void land(const std::string& key, Flight& flight, const Shared& value) {
    flights_.with([&](auto& flights) { flights.erase(key); });
    auto parked = flight.with([&](State& state) {
      state.value = value;
      return std::exchange(state.parked, {});
    });
    for (const auto& waiter : parked) {
      resume_on(waiter.executor, [handle = waiter.handle] { handle.resume(); });
    }
  }

  Guarded<std::unordered_map<std::string, std::shared_ptr<Flight>>> flights_;
};

}  // namespace vmcpauth
