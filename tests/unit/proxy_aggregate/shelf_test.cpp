// The last good answers of one user's backends.
#include "proxy/aggregate/shelf.hpp"

#include "tests/support/catch.hpp"

using namespace vmcpauth;
using namespace std::chrono_literals;
using proxy::Shelf;

namespace {

constexpr SteadyPoint kNow{1'000s};
const config::Aggregation kRules;

mcp::CatalogPtr catalog(const std::vector<std::string>& tools) {
  auto out = std::make_shared<mcp::Catalog>();
  for (const auto& tool : tools) out->of(mcp::ItemKind::Tool).push_back({{"name", tool}});
  return out;
}

std::size_t tools(Shelf& shelf) { return shelf.view()->entries(mcp::ItemKind::Tool).size(); }

}  // namespace

TEST_CASE("shelf: an answer is fresh for a while, unless a change was announced since it was asked for") {
  Shelf shelf({"a", "b"}, kRules);
  CHECK_FALSE(shelf.is_fresh(0, kNow, 1s));
  CHECK(shelf.begin(0, kNow));
  CHECK(shelf.put(0, catalog({"t"}), kNow));
  CHECK(shelf.is_fresh(0, kNow + 1s, 1s));
  CHECK_FALSE(shelf.is_fresh(0, kNow + 2s, 1s));
  CHECK_FALSE(shelf.is_fresh(1, kNow, 1s));
  shelf.mark_stale(0);
  CHECK_FALSE(shelf.is_fresh(0, kNow, 1s));
  CHECK(shelf.begin(0, kNow));
  shelf.mark_stale(0);  // while it is being asked
  shelf.put(0, catalog({"t"}), kNow);
  CHECK_FALSE(shelf.is_fresh(0, kNow, 1s));
}

TEST_CASE("shelf: one asks at a time, whoever waits is woken once") {
  Shelf shelf({"a"}, kRules);
  CHECK(shelf.begin(0, kNow));
  CHECK_FALSE(shelf.begin(0, kNow));
  CHECK(shelf.is_waiting(kNow - 3s));
  CHECK_FALSE(shelf.is_waiting(kNow));  // it began too long ago
  int woken = 0;
  shelf.on_settled([&] { ++woken; });
  shelf.tried(0, kNow);
  CHECK(woken == 1);
  CHECK_FALSE(shelf.is_waiting(kNow - 3s));
  CHECK(shelf.begin(0, kNow));
  shelf.put(0, catalog({}), kNow);
  CHECK(woken == 1);
}

TEST_CASE("shelf: a failed attempt leaves the last good answer listed") {
  Shelf shelf({"a", "b"}, kRules);
  shelf.put(0, catalog({"t"}), kNow);
  CHECK(tools(shelf) == 1);
  shelf.tried(0, kNow);
  CHECK(tools(shelf) == 1);
  CHECK(shelf.put(1, catalog({"u", "v"}), kNow));
  CHECK(tools(shelf) == 3);
  CHECK_FALSE(shelf.put(1, catalog({"u", "v"}), kNow));
  CHECK(shelf.put(1, catalog({}), kNow));
  CHECK(tools(shelf) == 1);
}

TEST_CASE("shelf: what the merge dropped is news once a change") {
  const config::Aggregation rules{.conflict_resolution = config::ConflictResolution::Manual};
  Shelf shelf({"a", "b"}, rules);
  shelf.put(0, catalog({"t"}), kNow);
  shelf.put(1, catalog({"t"}), kNow);
  static_cast<void>(shelf.view());
  CHECK(shelf.take_news().size() == 1);
  static_cast<void>(shelf.view());
  CHECK(shelf.take_news().empty());
}
