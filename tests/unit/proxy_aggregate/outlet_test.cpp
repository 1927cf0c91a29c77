// Messages wait in order, within bounds, for one reader at a time.
#include "proxy/aggregate/outlet.hpp"

#include <thread>
#include <vector>

#include "proxy/aggregate/client_stream.hpp"
#include "tests/support/catch.hpp"

using namespace vmcpauth;
using proxy::Outlet;

TEST_CASE("outlet: gives what was pushed in order and knows its end") {
  Outlet outlet;
  CHECK_FALSE(outlet.after(0));
  outlet.push("a");
  outlet.push("b");
  outlet.finish("c", 404);
  outlet.push("late");
  CHECK(outlet.after(0)->json == "a");
  CHECK(outlet.after(1)->json == "b");
  CHECK(outlet.after(2)->json == "c");
  CHECK(outlet.after(2)->last);
  CHECK(outlet.after(2)->status == 404);
  CHECK_FALSE(outlet.after(3));
  CHECK_FALSE(outlet.is_over(2));
  CHECK(outlet.is_over(3));
}

TEST_CASE("outlet: closing ends it without a last message") {
  Outlet outlet;
  outlet.push("a");
  outlet.close();
  outlet.finish("never");
  CHECK_FALSE(outlet.is_over(0));
  CHECK(outlet.is_over(1));
}

TEST_CASE("outlet: past its bounds the oldest goes") {
  Outlet outlet;
  for (std::size_t i = 0; i < Outlet::kMaxItems + 5; ++i) outlet.push(std::to_string(i));
  CHECK(outlet.after(0)->json == "5");
  CHECK(outlet.after(6)->json == "6");
  Outlet large;
  for (int i = 0; i < 4; ++i) large.push(std::string(Outlet::kMaxBytes / 2, static_cast<char>('a' + i)));
  CHECK(large.after(0)->json.front() == 'c');
  large.push(std::string(2 * Outlet::kMaxBytes, 'z'));
  CHECK(large.after(0)->json.front() == 'z');
}

TEST_CASE("outlet: the newest reader has the place, the one before is woken and has lost it") {
  Outlet outlet;
  int first = 0, second = 0;
  const auto a = outlet.attach([&] { ++first; });
  outlet.push("x");
  CHECK(first == 1);
  const auto b = outlet.attach([&] { ++second; });
  CHECK(first == 2);
  CHECK_FALSE(outlet.is_attached(a));
  CHECK(outlet.is_attached(b));
  outlet.detach(a);
  outlet.push("y");
  CHECK(second == 1);
  outlet.detach(b);
  outlet.push("z");
  CHECK(second == 1);
}

TEST_CASE("outlet: many threads push, nothing is lost or twice") {
  Outlet outlet;
  std::atomic<int> woken{0};
  const auto place = outlet.attach([&] { ++woken; });
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 200; ++i) outlet.push("m");
    });
  }
  threads.clear();
  std::uint64_t at = 0;
  int count = 0;
  while (const auto item = outlet.after(at)) {
    CHECK(item->number == at + 1);
    at = item->number;
    ++count;
  }
  CHECK(count == 800);
  CHECK(woken == 800);
  outlet.detach(place);
}

TEST_CASE("client stream: only event ids we gave out are understood") {
  CHECK(proxy::parse_event_id("12-7") == std::pair<std::string, std::uint64_t>("12", 7));
  const std::vector<std::string> refused{"", "-", "12", "12-", "-7", "12-x", "12-7x", "12--", "1-99999999999999999999", std::string(80, '1') + "-1"};
  for (const auto& bad : refused) CHECK_FALSE(proxy::parse_event_id(bad));
}
