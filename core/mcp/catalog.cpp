#include "core/mcp/catalog.hpp"

#include <algorithm>

#include "core/base/encoding.hpp"

namespace vmcpauth::mcp {
namespace {

constexpr std::array<KindInfo, kItemKinds.size()> kInfos{{
    {"tools/list", "tools", "name", "tools"},
    {"prompts/list", "prompts", "name", "prompts"},
    {"resources/list", "resources", "uri", "resources"},
    {"resources/templates/list", "resourceTemplates", "uriTemplate", "resources"},
}};
constexpr std::size_t kMaxComplaints = 50;

// Why an item cannot be listed; "" when it can.
std::string_view unfit(const KindInfo& kind, const Json& item) {
  if (!item.is_object()) return "is no object";
  const auto key = item.find(kind.key);
  if (key == item.end() || !key->is_string()) return "has no name or URI";
  const auto& text = key->get_ref<const std::string&>();
  if (text.empty() || text.size() > Catalog::kMaxKeyBytes) return "has an empty or overlong name or URI";
  if (std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; })) return "has a name or URI with control characters";
  return {};
}

}  // namespace

const KindInfo& info(ItemKind kind) noexcept { return kInfos[static_cast<std::size_t>(kind)]; }

const std::string& key_of(ItemKind kind, const Json& item) { return item.at(info(kind).key).get_ref<const std::string&>(); }

Result<void> add_page(Catalog& catalog, ItemKind kind, const Json& result) {
  const auto& facts = info(kind);
  const auto list = result.find(facts.list);
  if (list == result.end() || !list->is_array()) return fail(ErrorCode::BadResponse, "the answer has no list of " + std::string(facts.list));
  auto& items = catalog.of(kind);
  const auto complain = [&](std::string text) {
    if (catalog.complaints.size() < kMaxComplaints) catalog.complaints.push_back(std::move(text));
  };
  std::vector<std::string> known;
  for (const auto& item : items) known.push_back(key_of(kind, item));
  std::sort(known.begin(), known.end());
  std::vector<std::string> fresh;
  for (const auto& item : *list) {
    if (items.size() >= Catalog::kMaxItems) {
      complain("more than " + std::to_string(Catalog::kMaxItems) + " " + std::string(facts.list));
      break;
    }
    if (const auto why = unfit(facts, item); !why.empty()) {
      complain("an entry of " + std::string(facts.list) + " " + std::string(why));
      continue;
    }
    const auto& key = key_of(kind, item);
    const bool twice = std::binary_search(known.begin(), known.end(), key) || std::binary_search(fresh.begin(), fresh.end(), key);
    if (twice) {
      complain(std::string(facts.list) + " names " + printable(key, 80) + " twice");
      continue;
    }
    const auto size = dump_json(item).size();
    if (size > Catalog::kMaxItemBytes || catalog.bytes + size > Catalog::kMaxBytes) {
      complain("an entry of " + std::string(facts.list) + (size > Catalog::kMaxItemBytes ? " is too large" : " is more than fits: the lists are too large"));
      continue;
    }
    catalog.bytes += size;
    fresh.insert(std::lower_bound(fresh.begin(), fresh.end(), key), key);
    items.push_back(item);
  }
  return {};
}

}  // namespace vmcpauth::mcp
