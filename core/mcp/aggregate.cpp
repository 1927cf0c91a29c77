#include "core/mcp/aggregate.hpp"

#include <algorithm>

#include "core/mcp/param_headers.hpp"
#include "core/mcp/tool_resolution.hpp"
#include "core/mcp/uri_template.hpp"

namespace vmcpauth::mcp {

class ViewBuilder {
 public:
  ViewBuilder(const std::vector<NamedCatalog>& catalogs, const config::Aggregation& rules) : catalogs_(catalogs), rules_(rules) {}

  ViewPtr build() {
    add_tools();
    add_prompts();
    add_by_uri(ItemKind::Resource);
    add_by_uri(ItemKind::ResourceTemplate);
    return std::make_shared<const View>(std::move(view_));
  }

 private:
  void add_tools() {
    for (auto& tool : resolve_tools(catalogs_, rules_, view_.dropped_)) {
      if (!is_advertised(tool, rules_)) continue;
      const auto mirrored = mirrored_parameters(tool.item.contains("inputSchema") ? tool.item.at("inputSchema") : Json());
      if (!mirrored) {
        view_.dropped_.push_back({.ambiguous = false, .text = "tool " + tool.original + " of " + tool.backend + ": " + mirrored.error().message()});
        continue;
      }
      Route route{.backend = tool.backend, .name = tool.original, .input_schema = nullptr};
      if (!mirrored->empty()) route.input_schema = tool.item.at("inputSchema");
      add(ItemKind::Tool, tool.advertised, std::move(tool.item), std::move(route));
    }
  }

  struct Candidate {
    std::string backend;
    const Json* item;
    std::size_t rank;
  };

  // Prefixed, but for backends that the priority order lists; a name that two may mean is dropped unless all are listed.
  void add_prompts() {
    const bool by_priority = rules_.conflict_resolution == config::ConflictResolution::Priority;
    const auto& order = rules_.priority_order;
    std::map<std::string, std::vector<Candidate>> by_name;
    for (const auto& [backend, catalog] : catalogs_) {
      const auto at = std::find(order.begin(), order.end(), backend);
      const bool listed = by_priority && at != order.end();
      for (const auto& item : catalog->of(ItemKind::Prompt)) {
        const auto& own = key_of(ItemKind::Prompt, item);
        const std::string name = listed ? own : prefixed(rules_.prefix_format, backend, own);
        by_name[name].push_back({backend, &item, listed ? static_cast<std::size_t>(at - order.begin()) : order.size()});
      }
    }
    for (const auto& [name, candidates] : by_name) {
      const bool unlisted = std::any_of(candidates.begin(), candidates.end(), [&](const Candidate& c) { return c.rank == order.size(); });
      if (candidates.size() > 1 && unlisted) {
        std::string owners;
        for (const auto& c : candidates) owners += (owners.empty() ? "" : ", ") + c.backend;
        view_.dropped_.push_back({.ambiguous = true, .text = "prompt " + name + " could be that of " + owners + "; none is offered until one is renamed"});
        continue;
      }
      const auto& winner = *std::min_element(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) { return a.rank < b.rank; });
      for (const auto& c : candidates) {
        if (&c != &winner)
          view_.dropped_.push_back({.ambiguous = false, .text = "prompt " + name + " of " + c.backend + " gives way to " + winner.backend + "'s"});
      }
      add(ItemKind::Prompt, name, *winner.item, {.backend = winner.backend, .name = key_of(ItemKind::Prompt, *winner.item), .input_schema = nullptr});
    }
  }

  // Never rewritten; the first backend in name order has it.
  void add_by_uri(ItemKind kind) {
    std::map<std::string, std::pair<std::string, const Json*>> by_uri;
    for (const auto& [backend, catalog] : catalogs_) {
      for (const auto& item : catalog->of(kind)) {
        const auto [it, first] = by_uri.try_emplace(key_of(kind, item), backend, &item);
        if (!first) view_.dropped_.push_back({.ambiguous = false, .text = it->first + " of " + backend + " gives way to " + it->second.first + "'s"});
      }
    }
    for (const auto& [uri, owner] : by_uri) add(kind, uri, *owner.second, {.backend = owner.first, .name = uri, .input_schema = nullptr});
  }

  void add(ItemKind kind, const std::string& key, Json item, Route route) {
    item[std::string(info(kind).key)] = key;
    view_.entries_[static_cast<std::size_t>(kind)].push_back({key, dump_json(item)});
    view_.routes_[static_cast<std::size_t>(kind)].emplace(key, std::move(route));
  }

  const std::vector<NamedCatalog>& catalogs_;
  const config::Aggregation& rules_;
  View view_;
};

const Route* View::route(ItemKind kind, std::string_view key) const {
  const auto& routes = routes_[static_cast<std::size_t>(kind)];
  const auto it = routes.find(key);
  return it == routes.end() ? nullptr : &it->second;
}

const Route* View::route_of_uri(std::string_view uri) const {
  if (const auto* listed = route(ItemKind::Resource, uri)) return listed;
  for (const auto& [pattern, route] : routes_[static_cast<std::size_t>(ItemKind::ResourceTemplate)]) {
    if (matches_uri_template(pattern, uri)) return &route;
  }
  return nullptr;
}

std::size_t View::count(ItemKind kind, std::string_view backend) const {
  const auto& routes = routes_[static_cast<std::size_t>(kind)];
  return static_cast<std::size_t>(std::count_if(routes.begin(), routes.end(), [&](const auto& entry) { return entry.second.backend == backend; }));
}

ViewPtr aggregate(std::vector<NamedCatalog> catalogs, const config::Aggregation& rules) {
  std::erase_if(catalogs, [](const NamedCatalog& entry) { return entry.catalog == nullptr; });
  std::sort(catalogs.begin(), catalogs.end(), [](const NamedCatalog& a, const NamedCatalog& b) { return a.backend < b.backend; });
  return ViewBuilder(catalogs, rules).build();
}

std::string prefixed(std::string_view format, std::string_view backend, std::string_view name) {
  constexpr std::string_view kPlaceholder = "{workload}";
  std::string out;
  for (auto at = format.find(kPlaceholder); at != std::string_view::npos; at = format.find(kPlaceholder)) {
    out += format.substr(0, at);
    out += backend;
    format.remove_prefix(at + kPlaceholder.size());
  }
  out += format;
  out += name;
  return out;
}

}  // namespace vmcpauth::mcp
