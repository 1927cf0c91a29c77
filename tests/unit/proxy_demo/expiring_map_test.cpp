#include "proxy/demo/expiring_map.hpp"

#include "tests/support/catch.hpp"

using namespace vmcpauth;
using proxy::ExpiringMap;

namespace {
constexpr TimePoint at(std::int64_t seconds) { return from_unix_seconds(seconds); }
}  // namespace

TEST_CASE("expiring map: an entry ends at its time, not after it") {
  ExpiringMap<int> map(3);
  map.put("a", 1, at(10), at(0));
  REQUIRE(map.find("a", at(9)) != nullptr);
  CHECK(map.find("a", at(10)) == nullptr);
  CHECK(map.size() == 0);
}

TEST_CASE("expiring map: when full, what would end first makes room") {
  ExpiringMap<int> map(2);
  map.put("late", 1, at(20), at(0));
  map.put("soon", 2, at(10), at(0));
  map.put("new", 3, at(15), at(0));
  CHECK(map.size() == 2);
  CHECK(map.find("soon", at(1)) == nullptr);
  CHECK(map.find("late", at(1)) != nullptr);
  CHECK(map.find("new", at(1)) != nullptr);
}

TEST_CASE("expiring map: putting again replaces value and time, and evicts nobody") {
  ExpiringMap<int> map(2);
  map.put("a", 1, at(10), at(0));
  map.put("b", 2, at(11), at(0));
  map.put("a", 3, at(30), at(1));
  REQUIRE(map.find("b", at(1)) != nullptr);
  REQUIRE(map.find("a", at(12)) != nullptr);
  CHECK(*map.find("a", at(12)) == 3);
  CHECK(map.size() == 1);
  map.erase("a");
  map.erase("nobody");
  CHECK(map.find("a", at(12)) == nullptr);
}
