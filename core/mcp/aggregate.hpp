// Many catalogs become one view, as ToolHive's vMCP merges them (pkg/vmcp/aggregator): names resolved by the configured
// strategy, what clients may not see left out, and a route from every advertised name back to its backend. Pure and
// deterministic: the same catalogs give the same view whatever order they came in.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/aggregation.hpp"
#include "core/mcp/catalog.hpp"

namespace vmcpauth::mcp {

struct NamedCatalog {
  std::string backend;
  CatalogPtr catalog;
};

struct Route {
  std::string backend;
  std::string name;   // as the backend knows it
  Json input_schema;  // of a tool that mirrors parameters into headers (x-mcp-header); else null
};

// Something that is not advertised and should be known about.
struct Dropped {
  bool ambiguous = false;  // several could be meant: an error in the log; else a warning
  std::string text;
};

class View {
 public:
  struct Entry {
    std::string key;   // the advertised name or URI
    std::string json;  // the item as clients get it
  };
  // Sorted by key.
  [[nodiscard]] const std::vector<Entry>& entries(ItemKind kind) const { return entries_[static_cast<std::size_t>(kind)]; }
  // Null when nothing of that name is advertised. Resources are looked up by URI, templates by their text.
  [[nodiscard]] const Route* route(ItemKind kind, std::string_view key) const;
  // A listed resource, or one that a template describes; null otherwise.
  [[nodiscard]] const Route* route_of_uri(std::string_view uri) const;
  [[nodiscard]] const std::vector<Dropped>& dropped() const noexcept { return dropped_; }
  // How many advertised items of the kind come from the backend.
  [[nodiscard]] std::size_t count(ItemKind kind, std::string_view backend) const;

 private:
  friend class ViewBuilder;
  std::array<std::vector<Entry>, kItemKinds.size()> entries_;
  std::array<std::map<std::string, Route, std::less<>>, kItemKinds.size()> routes_;
  std::vector<Dropped> dropped_;
};
using ViewPtr = std::shared_ptr<const View>;

[[nodiscard]] ViewPtr aggregate(std::vector<NamedCatalog> catalogs, const config::Aggregation& rules);

// "{workload}_" with the backend's name in place, then the name.
[[nodiscard]] std::string prefixed(std::string_view format, std::string_view backend, std::string_view name);

}  // namespace vmcpauth::mcp
