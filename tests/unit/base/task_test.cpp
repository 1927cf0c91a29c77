#include "core/base/task.hpp"

#include <string>

#include "core/base/error.hpp"
#include "core/base/single_flight.hpp"
#include "tests/support/catch.hpp"

using namespace vmcpauth;

namespace {

// Something to wait for that a test releases by hand.
struct Gate {
  std::vector<std::coroutine_handle<>> waiting;
  struct Awaiter {
    Gate& gate;
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> handle) const { gate.waiting.push_back(handle); }
    void await_resume() const noexcept {}
  };
  Awaiter wait() { return {*this}; }
  void open() {
    for (auto handle : std::exchange(waiting, {})) handle.resume();
  }
};

Task<Result<int>> half(int n) {
  if (n % 2 != 0) co_return fail(ErrorCode::InvalidInput, "odd");
  co_return n / 2;
}

Task<Result<int>> quarter(int n) {
  CO_TRY(const int first, co_await half(n));
  CO_TRY(const int second, co_await half(first));
  co_return second;
}

Task<int> counted(int& runs, Gate& gate) {
  ++runs;
  co_await gate.wait();
  co_return 42;
}

}  // namespace

TEST_CASE("task: values and errors travel through co_await") {
  CHECK(**run_ready(quarter(12)) == 3);
  CHECK(run_ready(quarter(6))->error().message() == "odd");
}

TEST_CASE("task: a long chain does not grow the stack") {
  const auto sum = [](int n) -> Task<int> {
    int total = 0;
    for (int i = 0; i < n; ++i) {
      auto value = co_await half(2);
      total += *value;
    }
    co_return total;
  };
  CHECK(run_ready(sum(200'000)) == 200'000);
}

TEST_CASE("task: dropped before it was started leaks nothing") {
  auto task = quarter(4);
  auto other = std::move(task);
}

TEST_CASE("single flight: one run for concurrent callers, a new one afterwards") {
  SingleFlight<int> flight;
  Gate gate;
  int runs = 0;
  std::vector<int> got;
  for (int i = 0; i < 3; ++i) {
    start(flight.run("key", counted(runs, gate)), [&](SingleFlight<int>::Shared value) { got.push_back(*value); });
  }
  CHECK(runs == 1);
  CHECK(got.empty());
  gate.open();
  CHECK(got == std::vector{42, 42, 42});
  start(flight.run("key", counted(runs, gate)), [&](SingleFlight<int>::Shared value) { got.push_back(*value); });
  CHECK(runs == 2);
  gate.open();
  CHECK(got.size() == 4);
}
