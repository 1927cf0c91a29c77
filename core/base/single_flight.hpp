// One task in flight a key: concurrent callers of the same key wait for the first one's outcome.
// Used for token refresh, JWKS and discovery fetches, and token exchange. Thread-safe.
#pragma once

#include <coroutine>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/base/executor.hpp"
#include "core/base/guarded.hpp"
#include "core/base/task.hpp"

namespace vmcpauth {

template <class Value>
class SingleFlight {
 public:
  using Shared = std::shared_ptr<const Value>;

  // The outcome of the flight for `key`: `work` is started when none is under way and dropped otherwise. When the task that
  // works is destroyed before it is done, one of those that wait takes over with its own `work`.
  // Nothing is kept once the flight has landed. The SingleFlight must outlive the task.
  Task<Shared> run(std::string key, Task<Value> work) {
    while (true) {
      auto [flight, leader] = join(key);
      if (leader) {
        Departure departure(*this, key, flight);
        Value value = co_await work;
        auto shared = std::make_shared<const Value>(std::move(value));
        departure.land(shared);
        co_return shared;
      }
      Shared shared = co_await Waiter(flight);
      if (shared) co_return shared;
    }
  }

 private:
  // Where one waiter sleeps. Emptied when the waiter is destroyed first; by then on the waiter's own thread.
  struct Seat {
    std::coroutine_handle<> handle;
    Executor* executor;
  };
  struct State {
    bool over = false;
    Shared value;  // null when it is over without one
    std::vector<std::shared_ptr<Seat>> seats;
  };
  using Flight = Guarded<State>;
  using FlightPtr = std::shared_ptr<Flight>;

  class Waiter {
   public:
    explicit Waiter(FlightPtr flight) : flight_(std::move(flight)) {}
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;
    ~Waiter() {
      if (!seat_) return;
      flight_->with([&](State& state) { std::erase(state.seats, seat_); });
      seat_->handle = nullptr;
    }
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    bool await_suspend(std::coroutine_handle<> handle) {
      return flight_->with([&](State& state) {
        if (state.over) return false;
        seat_ = std::make_shared<Seat>(handle, Executor::current());
        state.seats.push_back(seat_);
        return true;
      });
    }
    Shared await_resume() {
      return flight_->with([](State& state) { return state.value; });
    }

   private:
    FlightPtr flight_;
    std::shared_ptr<Seat> seat_;
  };

  // Lands the flight, without a value when the leader's task is destroyed in it.
  class Departure {
   public:
    Departure(SingleFlight& owner, std::string key, FlightPtr flight) : owner_(owner), key_(std::move(key)), flight_(std::move(flight)) {}
    Departure(const Departure&) = delete;
    Departure& operator=(const Departure&) = delete;
    ~Departure() {
      if (flight_) land(nullptr);
    }
    void land(Shared value) { owner_.land(key_, *std::exchange(flight_, nullptr), std::move(value)); }

   private:
    SingleFlight& owner_;
    std::string key_;
    FlightPtr flight_;
  };

  std::pair<FlightPtr, bool> join(const std::string& key) {
    return flights_.with([&](auto& flights) {
      auto [it, inserted] = flights.try_emplace(key);
      if (inserted) it->second = std::make_shared<Flight>();
      return std::pair(it->second, inserted);
    });
  }

  void land(const std::string& key, Flight& flight, Shared value) {
    flights_.with([&](auto& flights) { flights.erase(key); });
    auto seats = flight.with([&](State& state) {
      state.over = true;
      state.value = std::move(value);
      return std::exchange(state.seats, {});
    });
    for (auto& seat : seats) {
      auto* executor = seat->executor;
      resume_on(executor, [seat = std::move(seat)] {
        if (seat->handle) std::exchange(seat->handle, nullptr).resume();
      });
    }
  }

  Guarded<std::unordered_map<std::string, std::shared_ptr<Flight>>> flights_;
};

}  // namespace vmcpauth
