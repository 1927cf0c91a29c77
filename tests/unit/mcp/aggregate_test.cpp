// Many catalogs as one view: names, what is hidden, what cannot be told apart, and the way back to a backend.
#include "core/mcp/aggregate.hpp"

#include "tests/support/catch.hpp"

using namespace vmcpauth;
using namespace vmcpauth::mcp;
using config::Aggregation;
using config::ConflictResolution;

namespace {

NamedCatalog backend(std::string name, const std::vector<std::string>& tools, const std::vector<std::string>& prompts = {},
                     const std::vector<std::string>& uris = {}) {
  auto catalog = std::make_shared<Catalog>();
  for (const auto& tool : tools) catalog->of(ItemKind::Tool).push_back({{"name", tool}, {"description", "of " + name}});
  for (const auto& prompt : prompts) catalog->of(ItemKind::Prompt).push_back({{"name", prompt}});
  for (const auto& uri : uris)
    catalog->of(uri.find('{') == std::string::npos ? ItemKind::Resource : ItemKind::ResourceTemplate)
        .push_back({{uri.find('{') == std::string::npos ? "uri" : "uriTemplate", uri}, {"name", name}});
  return {std::move(name), std::move(catalog)};
}

// "advertised = backend/original" in order.
std::vector<std::string> routes(const View& view, ItemKind kind) {
  std::vector<std::string> out;
  for (const auto& entry : view.entries(kind)) {
    const auto* route = view.route(kind, entry.key);
    REQUIRE(route != nullptr);
    out.push_back(entry.key + " = " + route->backend + "/" + route->name);
  }
  return out;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("aggregate: prefixes by default, in whatever order the catalogs come") {
  const auto b = backend("beta", {"search", "add"}, {"help"});
  const auto a = backend("alpha", {"search"}, {"help"});
  const Lines want{"alpha_search = alpha/search", "beta_add = beta/add", "beta_search = beta/search"};
  CHECK(routes(*aggregate({a, b}, {}), ItemKind::Tool) == want);
  CHECK(routes(*aggregate({b, a}, {}), ItemKind::Tool) == want);
  CHECK(routes(*aggregate({b, a}, {}), ItemKind::Prompt) == Lines{"alpha_help = alpha/help", "beta_help = beta/help"});
  CHECK(aggregate({a, b}, {})->count(ItemKind::Tool, "beta") == 2);
}

TEST_CASE("aggregate: other prefix formats") {
  struct Case {
    std::string format, want;
  };
  const auto [format, want] = GENERATE(
      values<Case>({{"{workload}.", "a.t = a/t"}, {"{workload}", "at = a/t"}, {"x-{workload}-{workload}-", "x-a-a-t = a/t"}, {"all_", "all_t = a/t"}}));
  CHECK(routes(*aggregate({backend("a", {"t"})}, {.prefix_format = format}), ItemKind::Tool) == Lines{want});
}

TEST_CASE("aggregate: names that cannot be told apart are dropped, all of them, and said so") {
  // a + "b_c" and a_b + "c" are the same after prefixing.
  const auto view = aggregate({backend("a", {"b_c", "x"}, {"b_c"}), backend("a_b", {"c"}, {"c"})}, {});
  CHECK(routes(*view, ItemKind::Tool) == Lines{"a_x = a/x"});
  CHECK(view->entries(ItemKind::Prompt).empty());
  REQUIRE(view->dropped().size() == 2);
  CHECK(view->dropped()[0].ambiguous);
  CHECK(view->dropped()[0].text == "tool a_b_c could be any of a/b_c, a_b/c; none is offered until one is renamed");
}

TEST_CASE("aggregate: priority lets the first listed backend win and prefixes what nobody lists") {
  Aggregation rules{.conflict_resolution = ConflictResolution::Priority, .priority_order = {"gamma", "alpha"}};
  const auto view = aggregate({backend("alpha", {"search", "only"}, {"help"}), backend("beta", {"search", "list"}, {"help"}),
                               backend("gamma", {"search"}, {"help"}), backend("delta", {"list"})},
                              rules);
  CHECK(routes(*view, ItemKind::Tool) == Lines{"beta_list = beta/list", "delta_list = delta/list", "only = alpha/only", "search = gamma/search"});
  CHECK(routes(*view, ItemKind::Prompt) == Lines{"beta_help = beta/help", "help = gamma/help"});
}

TEST_CASE("aggregate: manual keeps names and drops what overrides do not tell apart") {
  Aggregation rules{.conflict_resolution = ConflictResolution::Manual};
  rules.tools = {{.workload = "beta",
                  .filter = {},
                  .overrides = {{"search", {.name = "find", .description = "finds", .annotations = {.title = "Find", .read_only = true}}}}}};
  const auto view = aggregate({backend("alpha", {"search", "same"}), backend("beta", {"search", "same"})}, rules);
  CHECK(routes(*view, ItemKind::Tool) == Lines{"find = beta/search", "search = alpha/search"});
  const auto item = parse_json(view->entries(ItemKind::Tool)[0].json);
  REQUIRE(item);
  CHECK(item->at("name") == "find");
  CHECK(item->at("description") == "finds");
  CHECK(item->at("annotations") == Json{{"title", "Find"}, {"readOnlyHint", true}});
  REQUIRE(view->dropped().size() == 1);
  CHECK(view->dropped()[0].ambiguous);
}

TEST_CASE("aggregate: filters name tools as overrides call them; hidden tools have no route") {
  Aggregation rules;
  rules.tools = {{.workload = "a", .filter = {"renamed", "plain"}, .overrides = {{"old", {.name = "renamed", .description = "", .annotations = {}}}}}};
  const auto view = aggregate({backend("a", {"old", "plain", "hidden"}), backend("b", {"t"})}, rules);
  CHECK(routes(*view, ItemKind::Tool) == Lines{"a_plain = a/plain", "a_renamed = a/old", "b_t = b/t"});
  CHECK(view->route(ItemKind::Tool, "a_hidden") == nullptr);
}

TEST_CASE("aggregate: what a backend's own proxy filters and renames comes before the aggregation's rules") {
  Aggregation rules;
  rules.own_tools = {{.workload = "a", .filter = {"seen", "plain"}, .overrides = {{"old", {.name = "seen", .description = "D", .annotations = {}}}}}};
  const auto catalogs = {backend("a", {"old", "plain", "hidden", "seen too"}), backend("b", {"old"})};
  CHECK(routes(*aggregate(catalogs, rules), ItemKind::Tool) == Lines{"a_plain = a/plain", "a_seen = a/old", "b_old = b/old"});
  rules.tools = {
      {.workload = "a",
       .filter = {"last", "hidden"},
       .overrides = {{"seen", {.name = "last", .description = "", .annotations = {}}}, {"old", {.name = "hidden", .description = "", .annotations = {}}}}}};
  const auto view = aggregate(catalogs, rules);
  CHECK(routes(*view, ItemKind::Tool) == Lines{"a_last = a/old", "b_old = b/old"});
  CHECK(view->entries(ItemKind::Tool).front().json.find("\"D\"") != std::string::npos);
}

TEST_CASE("aggregate: excludeAll, excludeAllTools and defaultToolVisibility hide tools only") {
  const std::vector<NamedCatalog> catalogs{backend("a", {"t"}, {"p"}, {"file:///a"}), backend("b", {"t"})};
  CHECK(routes(*aggregate(catalogs, {.tools = {{.workload = "a", .exclude_all = true}}}), ItemKind::Tool) == Lines{"b_t = b/t"});
  CHECK(routes(*aggregate(catalogs, {.tools = {{.workload = "a"}}, .deny_unlisted = true}), ItemKind::Tool) == Lines{"a_t = a/t"});
  const auto none = aggregate(catalogs, {.exclude_all_tools = true});
  CHECK(none->entries(ItemKind::Tool).empty());
  CHECK(none->entries(ItemKind::Prompt).size() == 1);
  CHECK(none->entries(ItemKind::Resource).size() == 1);
}

TEST_CASE("aggregate: URIs are never rewritten, the first backend in name order has them") {
  const auto view = aggregate(
      {backend("b", {}, {}, {"file:///x", "file:///b", "log://{day}"}), backend("a", {}, {}, {"file:///x", "log://{day}", "user://{id}/profile"})}, {});
  CHECK(routes(*view, ItemKind::Resource) == Lines{"file:///b = b/file:///b", "file:///x = a/file:///x"});
  CHECK(routes(*view, ItemKind::ResourceTemplate) == Lines{"log://{day} = a/log://{day}", "user://{id}/profile = a/user://{id}/profile"});
  REQUIRE(view->route_of_uri("user://7/profile") != nullptr);
  CHECK(view->route_of_uri("user://7/profile")->backend == "a");
  CHECK(view->route_of_uri("file:///b")->backend == "b");
  CHECK(view->route_of_uri("user://7/other") == nullptr);
}

TEST_CASE("aggregate: a backend that never answered is simply not there") {
  const auto view = aggregate({{"a", nullptr}, backend("b", {"t"})}, {});
  CHECK(routes(*view, ItemKind::Tool) == Lines{"b_t = b/t"});
}

TEST_CASE("catalog: takes what can be listed and complains about the rest") {
  Catalog catalog;
  const Json page{{"tools",
                   {{{"name", "good"}},
                    {{"name", "good"}, {"description", "again"}},
                    {{"name", ""}},
                    {{"title", "nameless"}},
                    {{"name", 7}},
                    {{"name", "new\nline"}},
                    {{"name", std::string(3'000, 'n')}},
                    {{"name", "huge"}, {"description", std::string(300'000, 'd')}},
                    "text"}}};
  REQUIRE(add_page(catalog, ItemKind::Tool, page));
  CHECK(catalog.of(ItemKind::Tool).size() == 1);
  CHECK(catalog.complaints.size() == 8);
  REQUIRE(add_page(catalog, ItemKind::Tool, {{"tools", {{{"name", "good"}}, {{"name", "other"}}}}}));
  CHECK(catalog.of(ItemKind::Tool).size() == 2);
  CHECK_FALSE(add_page(catalog, ItemKind::Tool, Json::object()));
  CHECK_FALSE(add_page(catalog, ItemKind::Tool, {{"tools", "none"}}));
}

TEST_CASE("catalog: all lists together are bounded, whatever their pages") {
  Catalog catalog;
  const std::string much(200U << 10U, 'x');
  for (int page = 0; page < 120; ++page) {
    REQUIRE(add_page(catalog, ItemKind::Tool, {{"tools", {{{"name", "t" + std::to_string(page)}, {"description", much}}}}}));
  }
  CHECK(catalog.bytes <= Catalog::kMaxBytes);
  CHECK(catalog.of(ItemKind::Tool).size() == 81);
  CHECK_FALSE(catalog.complaints.empty());
}
