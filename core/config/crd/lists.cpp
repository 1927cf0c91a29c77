#include "core/config/crd/lists.hpp"

#include <map>

#include "core/config/crd/object.hpp"

namespace vmcpauth::config::crd {
namespace {

void check(const Node& node, const Schema& schema, const Place& where, FieldErrors& errors);

// What makes an entry itself: all of it, or its keys.
Node identity(const Node& item, const Schema& schema) {
  if (schema.list_type == "set") return item;
  Node key{.kind = NodeKind::Mapping, .boolean = false, .integer = 0, .text = {}, .at = item.at, .items = {}, .members = {}};
  for (const auto& name : schema.list_map_keys) {
    if (const auto* member = item.find(name)) key.members.push_back(*member);
  }
  return key;
}

bool check_entries_are_objects(const Node& list, const Place& where, FieldErrors& errors) {
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    const auto& item = list.items[i];
    if (item.kind == NodeKind::Mapping || item.kind == NodeKind::Null) continue;
    const auto path = index_path(where.path, i);
    errors.push_back({.problem = Problem::Invalid,
                      .path = path,
                      .at = place(item),
                      .value = shown_value(item, path),
                      .detail = "must be an object for an array of list-type map",
                      .rule_at = {}});
    return false;
  }
  return true;
}

void check_unique(const Node& list, const Schema& schema, const Place& where, FieldErrors& errors) {
  if (schema.list_type != "set" && schema.list_type != "map") return;
  if (schema.list_type == "map" && !check_entries_are_objects(list, where, errors)) return;
  std::map<std::string, int> seen;
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    const auto& item = list.items[i];
    const auto key = identity(item, schema);
    // The server names the second appearance only.
    if (++seen[to_json_text(key)] != 2) continue;
    const auto* first_key = schema.list_map_keys.empty() ? nullptr : item.find(schema.list_map_keys.front());
    const auto path = index_path(where.path, i);
    errors.push_back({.problem = Problem::Duplicate,
                      .path = path,
                      .at = first_key != nullptr ? place(*first_key) : place(item),
                      .value = shown_value(key, path),
                      .detail = {},
                      .rule_at = {}});
  }
}

void check(const Node& node, const Schema& schema, const Place& where, FieldErrors& errors) {
  if (node.kind == NodeKind::Sequence) {
    check_unique(node, schema, where, errors);
    if (!schema.items) return;
    for (std::size_t i = 0; i < node.items.size(); ++i) check(node.items[i], *schema.items, {index_path(where.path, i), place(node.items[i])}, errors);
  }
  for (const auto& member : node.members) {
    const auto property = schema.properties.find(member.key);
    const bool named = property != schema.properties.end();
    const auto* known = named ? property->second.get() : schema.additional_properties.get();
    if (known == nullptr) continue;
    check(member.value, *known, {named ? child_path(where.path, member.key) : key_path(where.path, member.key), place(member)}, errors);
  }
}

}  // namespace

void check_lists(const Node& object, const Schema& schema, FieldErrors& errors) { check(object, schema, {"", object.at}, errors); }

}  // namespace vmcpauth::config::crd
