// Bytes: a line of rules, then what backends answer to their lists, one a line. Whatever they say, the view is sorted, every
// advertised name leads back to one backend, and what clients get is JSON.
#include <cstdlib>

#include "core/base/encoding.hpp"
#include "core/mcp/aggregate.hpp"

using namespace vmcpauth;

namespace {

std::string_view take_line(std::string_view& text) {
  const auto line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(text.size(), line.size() + 1));
  return line;
}

config::Aggregation rules_of(std::string_view line) {
  config::Aggregation rules;
  const char kind = line.empty() ? 'p' : line.front();
  if (kind == 'r') rules.conflict_resolution = config::ConflictResolution::Priority;
  if (kind == 'm') rules.conflict_resolution = config::ConflictResolution::Manual;
  if (line.size() > 1 && is_valid_utf8(line.substr(1))) rules.prefix_format = std::string(line.substr(1));  // configuration is always UTF-8
  rules.priority_order = {"b", "a"};
  rules.tools = {{.workload = "a", .filter = {}, .overrides = {{"t", {.name = "u", .description = "d", .annotations = {}}}}}};
  return rules;
}

void check(const mcp::View& view) {
  for (const auto kind : mcp::kItemKinds) {
    std::string before;
    for (const auto& entry : view.entries(kind)) {
      if (!before.empty() && before >= entry.key) std::abort();
      before = entry.key;
      const auto* route = view.route(kind, entry.key);
      if (route == nullptr || route->backend.size() != 1) std::abort();
      const auto item = parse_json_object(entry.json);
      if (!item || item->at(std::string(mcp::info(kind).key)) != entry.key) std::abort();
      static_cast<void>(view.route_of_uri(entry.key));
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto rules = rules_of(take_line(text));
  std::vector<mcp::NamedCatalog> catalogs;
  for (char name = 'a'; name <= 'd' && !text.empty(); ++name) {
    auto catalog = std::make_shared<mcp::Catalog>();
    const auto result = parse_json_object(take_line(text));
    if (!result) continue;
    for (const auto kind : mcp::kItemKinds) static_cast<void>(mcp::add_page(*catalog, kind, *result));
    catalogs.push_back({std::string(1, name), std::move(catalog)});
  }
  check(*mcp::aggregate(catalogs, rules));
  return 0;
}
