#include "core/config/crd/shape.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/config/crd/object.hpp"
#include "core/config/decoder.hpp"

namespace vmcpauth::config::crd {
namespace {

bool is_meta(std::string_view name) { return name == "apiVersion" || name == "kind" || name == "metadata"; }

class Pruner {
 public:
  explicit Pruner(FieldErrors& errors) : errors_(errors) {}

  // `schema` null: nothing is known here.
  void visit(Node& node, const Schema* schema, const std::string& path, bool resource) {
    if (node.kind == NodeKind::Sequence) {
      // Below preserve-unknown-fields lists are looked through, not into.
      for (std::size_t i = 0; i < node.items.size(); ++i) {
        visit(node.items[i], schema == nullptr ? nullptr : schema->items.get(), index_path(path, i), false);
      }
    } else if (node.kind == NodeKind::Mapping) {
      visit_mapping(node, schema, path, resource || (schema != nullptr && schema->embedded_resource));
    }
  }

 private:
  void visit_mapping(Node& node, const Schema* schema, const std::string& path, bool resource) {
    const bool keep = schema != nullptr && schema->preserve_unknown_fields;
    std::erase_if(node.members, [&](Member& member) {
      if (resource && is_meta(member.key)) return false;
      const auto* known = schema == nullptr ? nullptr : schema->member(member.key);
      const auto where = child_path(path, member.key);
      if (known != nullptr) {
        visit(member.value, known, where, false);
        return false;
      }
      if (keep) return false;
      report_unknown(member, schema, where);
      return true;
    });
  }

  void report_unknown(const Member& member, const Schema* schema, const std::string& path) {
    std::vector<std::string_view> names;
    if (schema != nullptr) {
      for (const auto& [name, property] : schema->properties) names.push_back(name);
    }
    const auto nearest = nearest_name(member.key, names);
    errors_.push_back({.problem = Problem::UnknownField,
                       .path = path,
                       .at = member.key_at,
                       .value = {},
                       .detail = {},
                       .rule_at = {},
                       .hint = nearest.empty() ? std::string() : fmt::format("did you mean \"{}\"?", nearest)});
  }

  FieldErrors& errors_;
};

bool is_refused_null(const Node& node, const Schema* schema) { return node.kind == NodeKind::Null && schema != nullptr && !schema->nullable; }

void drop_nulls(Node& node, const Schema* schema) {
  if (schema == nullptr) return;
  for (auto& item : node.items) drop_nulls(item, schema->items.get());
  std::erase_if(node.members, [&](Member& member) {
    const auto* known = schema->member(member.key);
    if (is_refused_null(member.value, known) && !known->default_value) return true;
    drop_nulls(member.value, known);
    return false;
  });
}

Node stand_at(Node node, Span at) {
  node.at = at;
  for (auto& item : node.items) item = stand_at(std::move(item), at);
  for (auto& member : node.members) {
    member.key_at = at;
    member.value = stand_at(std::move(member.value), at);
  }
  return node;
}

void fill(Node& node, const Schema* schema, Span at);

void fill_mapping(Node& node, const Schema& schema, Span at) {
  for (const auto& [name, property] : schema.properties) {
    if (property->default_value && node.find(name) == nullptr) node.members.push_back({name, at, stand_at(*property->default_value, at)});
  }
  for (auto& member : node.members) {
    const auto* known = schema.member(member.key);
    if (is_refused_null(member.value, known) && known->default_value) member.value = stand_at(*known->default_value, place(member));
    fill(member.value, known, place(member));
  }
}

void fill(Node& node, const Schema* schema, Span at) {
  if (schema == nullptr) return;
  if (node.kind == NodeKind::Mapping) return fill_mapping(node, *schema, at);
  for (auto& item : node.items) {
    if (is_refused_null(item, schema->items.get()) && schema->items->default_value) item = stand_at(*schema->items->default_value, item.at);
    fill(item, schema->items.get(), item.at);
  }
}

}  // namespace

void prune(Node& object, const Schema& schema, FieldErrors& errors) { Pruner(errors).visit(object, &schema, "", true); }

void apply_defaults(Node& object, const Schema& schema, Span at) {
  drop_nulls(object, &schema);
  fill(object, &schema, at);
}

}  // namespace vmcpauth::config::crd
