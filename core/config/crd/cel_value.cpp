#include "core/config/crd/cel_value.hpp"

#include "core/base/duration.hpp"
#include "core/config/crd/object.hpp"

namespace vmcpauth::config::crd {
namespace {

using cel::Value;

Value text_value(const Node& node, const Schema* schema) {
  if (schema != nullptr && schema->format == "duration") {
    if (const auto duration = parse_go_duration(node.text)) return Value(Value::Variant(*duration));
  }
  return Value(Value::Variant(node.text));
}

bool is_open(const Schema* schema) {
  return schema == nullptr || (schema->properties.empty() && !schema->additional_properties && (schema->preserve_unknown_fields || schema->type.empty()));
}

void add_type_and_metadata(const Node& node, cel::Map& out) {
  for (const auto* name : {"apiVersion", "kind"}) {
    if (const auto* member = node.find(name)) out.insert_or_assign(name, to_cel(member->value, nullptr));
  }
  cel::Map metadata;
  if (const auto* member = node.find("metadata")) {
    for (const auto* name : {"name", "generateName"}) {
      if (const auto* field = member->value.find(name)) metadata.insert_or_assign(name, to_cel(field->value, nullptr));
    }
  }
  out.insert_or_assign("metadata", Value::map(std::move(metadata)));
}

Value mapping_value(const Node& node, const Schema* schema, bool resource) {
  cel::Map out;
  for (const auto& member : node.members) {
    const auto* known = schema == nullptr ? nullptr : schema->member(member.key);
    if (known != nullptr || is_open(schema)) out.insert_or_assign(member.key, to_cel(member.value, known));
  }
  if (resource || (schema != nullptr && schema->embedded_resource)) add_type_and_metadata(node, out);
  return Value::map(std::move(out));
}

}  // namespace

Value to_cel(const Node& node, const Schema* schema) {
  switch (node.kind) {
    case NodeKind::Null: return {};
    case NodeKind::Bool: return Value(Value::Variant(node.boolean));
    case NodeKind::Integer:
      if (schema != nullptr && schema->type == "number") return Value(Value::Variant(static_cast<double>(node.integer)));
      return Value(Value::Variant(node.integer));
    case NodeKind::Float: return Value(Value::Variant(as_number(node).value_or(0)));
    case NodeKind::String: return text_value(node, schema);
    case NodeKind::Sequence: {
      cel::List items;
      items.reserve(node.items.size());
      for (const auto& item : node.items) items.push_back(to_cel(item, schema == nullptr ? nullptr : schema->items.get()));
      return Value::list(std::move(items));
    }
    case NodeKind::Mapping: return mapping_value(node, schema, false);
  }
  return {};
}

Value resource_to_cel(const Node& node, const Schema& schema) { return mapping_value(node, &schema, true); }

}  // namespace vmcpauth::config::crd
