#include "core/identity/token_cache.hpp"

#include <thread>

#include "tests/support/catch.hpp"

using namespace vmcpauth;
using namespace std::chrono_literals;
using identity::TokenCache;
using identity::TokenFacts;

namespace {

const TimePoint start_time = from_unix_seconds(1'800'000'000);
Secret key(int n) { return Secret(std::to_string(n)); }
identity::TokenFactsPtr facts(int n) { return std::make_shared<const TokenFacts>(TokenFacts{.subject = std::to_string(n)}); }

}  // namespace

TEST_CASE("token cache: keeps a token until its time, five minutes at most", "[identity]") {
  TokenCache cache;
  cache.put(key(1), facts(1), start_time, start_time + 60s);
  cache.put(key(2), facts(2), start_time, start_time + 24h);
  REQUIRE(cache.find(key(1), start_time + 59s));
  CHECK(cache.find(key(1), start_time + 59s)->subject == "1");
  CHECK_FALSE(cache.find(key(1), start_time + 60s));
  CHECK(cache.find(key(2), start_time + 299s));
  CHECK_FALSE(cache.find(key(2), start_time + 300s));
  CHECK_FALSE(cache.find(key(3), start_time));
}

TEST_CASE("token cache: does not keep what is over already", "[identity]") {
  TokenCache cache;
  cache.put(key(1), facts(1), start_time, start_time);
  cache.put(key(2), facts(2), start_time, start_time - 1s);
  CHECK(cache.size() == 0);
}

TEST_CASE("token cache: is bounded, and spares what is in use", "[identity]") {
  TokenCache cache(160);
  for (int n = 0; n < 8; ++n) cache.put(key(n), facts(n), start_time, start_time + 300s);
  for (int n = 8; n < 10'000; ++n) {
    cache.put(key(n), facts(n), start_time, start_time + 300s);
    if (n % 4 == 0) {
      for (int used = 0; used < 8; ++used) static_cast<void>(cache.find(key(used), start_time));
    }
  }
  CHECK(cache.size() <= 160);
  for (int n = 0; n < 8; ++n) {
    INFO(n);
    REQUIRE(cache.find(key(n), start_time));
    CHECK(cache.find(key(n), start_time)->subject == std::to_string(n));
  }
}

TEST_CASE("token cache: the same token again replaces its entry", "[identity]") {
  TokenCache cache(16);
  for (int i = 0; i < 100; ++i) cache.put(key(1), facts(i), start_time, start_time + 10s);
  CHECK(cache.size() == 1);
  CHECK(cache.find(key(1), start_time)->subject == "99");
}

TEST_CASE("token cache: many threads", "[identity]") {
  TokenCache cache(64);
  std::vector<std::thread> threads;
  std::atomic<bool> wrong = false;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 2000; ++i) {
        const int n = (i * 7 + t) % 300;
        const auto found = cache.find(key(n), start_time);
        if (found && found->subject != std::to_string(n)) wrong = true;
        if (!found) cache.put(key(n), facts(n), start_time, start_time + 10s);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK_FALSE(wrong);
  CHECK(cache.size() <= 64);
}
