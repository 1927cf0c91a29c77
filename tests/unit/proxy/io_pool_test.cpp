#include <thread>

#include "core/base/single_flight.hpp"
#include "proxy/io_pool.hpp"
#include "proxy/io_thread.hpp"
#include "tests/support/catch.hpp"

using namespace vmcpauth;
using namespace vmcpauth::proxy;

namespace {

Task<std::thread::id> where() { co_return std::this_thread::get_id(); }

Task<bool> offload_returns_home(BlockingPool& pool) {
  const auto home = std::this_thread::get_id();
  const auto away = co_await offload(pool, [] { return std::this_thread::get_id(); });
  co_return away != home&& std::this_thread::get_id() == home;
}

Task<bool> sleep_for(std::chrono::milliseconds time) {
  Wakeup wakeup(*IoThread::current());
  const bool woken = co_await wakeup.wait(std::chrono::steady_clock::now() + time);
  co_return woken;
}

Task<int> join_flight(SingleFlight<int>& flights, std::atomic<int>& runs, BlockingPool& pool) {
  auto work = [](std::atomic<int>& counted, BlockingPool& blocking) -> Task<int> {
    const int value = co_await offload(blocking, [&counted] {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      return ++counted;
    });
    co_return value;
  };
  const auto home = std::this_thread::get_id();
  auto shared = co_await flights.run("key", work(runs, pool));
  co_return std::this_thread::get_id() == home ? *shared : -1;
}

}  // namespace

TEST_CASE("io pool: tasks run on the chosen loop, off the caller's thread") {
  IoPool pool({.threads = 2});
  const auto a = pool.run(where(), 0);
  const auto b = pool.run(where(), 1);
  CHECK(a != b);
  CHECK(a != std::this_thread::get_id());
  CHECK(pool.run(where(), 0) == a);
}

TEST_CASE("io pool: blocking work runs elsewhere and the task comes home") {
  IoPool pool({.threads = 1});
  CHECK(pool.run(offload_returns_home(pool.blocking())));
}

TEST_CASE("io pool: deadlines end a wait") {
  IoPool pool({.threads = 1, .blocking_threads = 1, .sweep = std::chrono::milliseconds(5)});
  const auto begin = std::chrono::steady_clock::now();
  CHECK_FALSE(pool.run(sleep_for(std::chrono::milliseconds(30))));
  CHECK(std::chrono::steady_clock::now() - begin >= std::chrono::milliseconds(30));
}

TEST_CASE("io pool: stop ends every wait") {
  IoPool pool({.threads = 2});
  std::atomic<int> ended{0};
  for (std::size_t i = 0; i < 20; ++i) {
    pool.executor(i % 2).post([&] { start(sleep_for(std::chrono::hours(1)), [&](bool) { ++ended; }); });
  }
  pool.stop();
  CHECK(ended == 20);
}

TEST_CASE("io pool: waiters of one flight on several loops each resume on their own") {
  IoPool pool({.threads = 2});
  SingleFlight<int> flights;
  std::atomic<int> runs{0};
  std::atomic<int> right{0}, done{0};
  for (std::size_t i = 0; i < 8; ++i) {
    pool.executor(i % 2).post([&] {
      start(join_flight(flights, runs, pool.blocking()), [&](int value) {
        if (value > 0) ++right;
        ++done;
        done.notify_all();
      });
    });
  }
  for (int seen = 0; seen < 8; seen = done) done.wait(seen);
  CHECK(right == 8);
  CHECK(runs < 8);
}
