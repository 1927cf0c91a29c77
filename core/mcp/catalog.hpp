// What one backend says it has: its lists as they came, each item checked for the member that names it and bounded. Made
// from the answers to tools/list and its kin; the input of aggregate().
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.hpp"

namespace vmcpauth::mcp {

enum class ItemKind : std::uint8_t { Tool, Prompt, Resource, ResourceTemplate };
inline constexpr std::array<ItemKind, 4> kItemKinds{ItemKind::Tool, ItemKind::Prompt, ItemKind::Resource, ItemKind::ResourceTemplate};

struct KindInfo {
  std::string_view method;      // "tools/list"
  std::string_view list;        // the result's member: "tools"
  std::string_view key;         // what names an item: "name", "uri", "uriTemplate"
  std::string_view capability;  // what a server with such items declares
};
[[nodiscard]] const KindInfo& info(ItemKind kind) noexcept;

struct Catalog {
  static constexpr std::size_t kMaxItems = 10'000;           // of one kind
  static constexpr std::size_t kMaxKeyBytes = 2'048;         // of a name or URI
  static constexpr std::size_t kMaxItemBytes = 256U << 10U;  // of one item as JSON

  static constexpr std::size_t kMaxBytes = 16U << 20U;  // of all items together

  std::array<std::vector<Json>, kItemKinds.size()> items;  // by kind, in the backend's order
  std::vector<std::string> complaints;                     // what was left out and why; for the log
  std::size_t bytes = 0;                                   // of the items as JSON

  [[nodiscard]] const std::vector<Json>& of(ItemKind kind) const { return items[static_cast<std::size_t>(kind)]; }
  [[nodiscard]] std::vector<Json>& of(ItemKind kind) { return items[static_cast<std::size_t>(kind)]; }
  friend bool operator==(const Catalog& a, const Catalog& b) { return a.items == b.items; }
};
using CatalogPtr = std::shared_ptr<const Catalog>;

// Appends the items of one page. What has no usable key, is too large, names what was there before, or is one too many is
// left out with a complaint. InvalidInput when the result has no such list.
[[nodiscard]] Result<void> add_page(Catalog& catalog, ItemKind kind, const Json& result);

// The name or URI of an item; it has one, or it would not be in a catalog.
[[nodiscard]] const std::string& key_of(ItemKind kind, const Json& item);

}  // namespace vmcpauth::mcp
