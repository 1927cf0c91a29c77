#include "core/base/single_flight.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/gate.hpp"

using namespace vmcpauth;

namespace {

Task<int> work(test::Gate& gate, int& runs, int value) {
  ++runs;
  co_await gate.pass();
  co_return value;
}

Task<void> wait_for(SingleFlight<int>& flights, Task<int> task, std::optional<int>& out) {
  const auto value = co_await flights.run("key", std::move(task));
  out = *value;
}

// A task that was started and can be destroyed before it is done.
struct Started {
  explicit Started(Task<void> task) : task_(std::move(task)) { task_.await_suspend(std::noop_coroutine()); }
  Task<void> task_;
};

}  // namespace

TEST_CASE("single flight: one works, all get its value") {
  SingleFlight<int> flights;
  test::Gate gate;
  gate.close();
  int runs = 0;
  std::optional<int> first, second;
  Started one(wait_for(flights, work(gate, runs, 1), first));
  Started two(wait_for(flights, work(gate, runs, 2), second));
  gate.open();
  CHECK(first == 1);
  CHECK(second == 1);
  CHECK(runs == 1);
}

TEST_CASE("single flight: when the one who works is destroyed, a waiter takes over") {
  SingleFlight<int> flights;
  test::Gate left, gate;
  left.close();
  gate.close();
  int runs = 0;
  std::optional<int> first, second, third;
  auto one = std::make_optional<Started>(wait_for(flights, work(left, runs, 1), first));
  Started two(wait_for(flights, work(gate, runs, 2), second));
  Started three(wait_for(flights, work(gate, runs, 3), third));
  one.reset();
  CHECK(runs == 2);
  CHECK_FALSE(second.has_value());
  gate.open();
  CHECK(second == 2);
  CHECK(third == 2);
  CHECK(runs == 2);
}

TEST_CASE("single flight: a waiter that is destroyed is not woken") {
  SingleFlight<int> flights;
  test::Gate gate;
  gate.close();
  int runs = 0;
  std::optional<int> first, second;
  Started one(wait_for(flights, work(gate, runs, 1), first));
  auto two = std::make_optional<Started>(wait_for(flights, work(gate, runs, 2), second));
  two.reset();
  gate.open();
  CHECK(first == 1);
  CHECK_FALSE(second.has_value());
}
