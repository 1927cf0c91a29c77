// When a backend is up, down, or left alone.
#include "proxy/aggregate/health.hpp"

#include "tests/support/catch.hpp"

using namespace vmcpauth;
using namespace std::chrono_literals;
using proxy::Health;
using proxy::HealthState;

namespace {
constexpr SteadyPoint kNow{1'000s};
}

TEST_CASE("health: a new backend is down at the first failure, one that was up after several in a row") {
  const config::Operational rules{.unhealthy_threshold = 3};
  Health fresh(rules);
  CHECK(fresh.state() == HealthState::Unknown);
  CHECK(fresh.failed("refused", kNow));
  CHECK(fresh.state() == HealthState::Down);
  CHECK(fresh.last_error() == "refused");
  CHECK(fresh.succeeded());
  CHECK_FALSE(fresh.succeeded());
  CHECK_FALSE(fresh.failed("a", kNow));
  CHECK_FALSE(fresh.failed("b", kNow));
  CHECK(fresh.state() == HealthState::Up);
  CHECK(fresh.failed("c", kNow));
  CHECK_FALSE(fresh.failed("d", kNow));
  CHECK(fresh.succeeded());
  CHECK(fresh.last_error().empty());
}

TEST_CASE("health: the circuit opens, lets one call through when its time is over, and closes with a success") {
  const config::Operational rules{.circuit_breaker = {.enabled = true, .failure_threshold = 2, .timeout = 60s}};
  Health health(rules);
  CHECK(health.failed("a", kNow));
  CHECK(health.admits(kNow));
  static_cast<void>(health.failed("b", kNow));
  CHECK_FALSE(health.admits(kNow + 59s));
  CHECK(health.circuit_open(kNow + 59s));
  CHECK(health.admits(kNow + 60s));
  CHECK_FALSE(health.admits(kNow + 61s));  // one is on its way to see
  static_cast<void>(health.failed("c", kNow + 62s));
  CHECK_FALSE(health.admits(kNow + 100s));
  CHECK(health.admits(kNow + 122s));
  static_cast<void>(health.succeeded());
  CHECK(health.admits(kNow + 123s));
  CHECK(health.admits(kNow + 123s));
}

TEST_CASE("health: without a breaker every call is tried") {
  const config::Operational rules;
  Health health(rules);
  for (int i = 0; i < 50; ++i) static_cast<void>(health.failed("x", kNow));
  CHECK(health.admits(kNow));
}
