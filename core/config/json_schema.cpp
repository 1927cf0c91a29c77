#include "core/config/json_schema.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <map>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "core/base/json.hpp"

namespace vmcpauth::config {
namespace {

constexpr const char* kDialect = "https://json-schema.org/draft/2020-12/schema";

std::vector<std::string> choices_of(std::string_view one_of) {
  std::vector<std::string> out;
  while (true) {
    const auto bar = one_of.find('|');
    out.emplace_back(one_of.substr(0, bar));
    if (bar == std::string_view::npos) return out;
    one_of.remove_prefix(bar + 1);
  }
}

// Objects become $defs, so that tables that are used twice are written once and recursion would end.
class SchemaWriter {
 public:
  explicit SchemaWriter(ConfigShape shape) : any_scalar_(shape == ConfigShape::File) {}

  OrderedJson reference(const Object& object) {
    const auto known = names_.find(&object);
    if (known != names_.end()) return {{"$ref", "#/$defs/" + known->second}};
    auto name = free_name(object.name);
    names_.emplace(&object, name);
    defs_[name] = nullptr;  // keeps its place while its fields are written
    defs_[name] = object_schema(object);
    return {{"$ref", "#/$defs/" + name}};
  }

  OrderedJson object_schema(const Object& object) {
    OrderedJson properties = OrderedJson::object();
    OrderedJson required = OrderedJson::array();
    for (const auto& field : object.fields) {
      properties[std::string(field.name)] = field_schema(field);
      if (field.rules.required) required.push_back(std::string(field.name));
    }
    OrderedJson out{{"type", "object"}};
    if (!object.doc.empty()) out["description"] = std::string(object.doc);
    out["properties"] = std::move(properties);
    if (!required.empty()) out["required"] = std::move(required);
    out["additionalProperties"] = false;
    return out;
  }

  [[nodiscard]] OrderedJson take_defs() { return std::move(defs_); }

 private:
  std::string free_name(std::string_view wanted) const {
    std::string base(wanted);
    std::replace_if(base.begin(), base.end(), [](char c) { return c == ' ' || c == '/' || c == '.'; }, '-');
    auto name = base;
    for (int i = 2; defs_.contains(name); ++i) name = fmt::format("{}-{}", base, i);
    return name;
  }

  OrderedJson field_schema(const Field& field) {
    OrderedJson out = type_schema(field);
    std::string description(field.doc);
    if (!field.rules.preset.empty()) {
      add_default(out, field);
      description += fmt::format("{}Default: {}.", description.empty() ? "" : " ", field.rules.preset);
    }
    if (!description.empty()) out["description"] = std::move(description);
    if (field.rules.secret) out["writeOnly"] = true;
    return out;
  }

  OrderedJson type_schema(const Field& field) {
    switch (field.type) {
      case FieldType::String: return text_schema(field);
      case FieldType::Boolean: return {{"type", "boolean"}};
      case FieldType::Integer: return integer_schema(field);
      case FieldType::Period: return {{"type", "string"}, {"pattern", std::string(info(Form::GoDuration).pattern)}};
      case FieldType::Strings: return counted({{"type", "array"}, {"items", text_schema(field)}}, field, "Items");
      case FieldType::StringPairs: return counted({{"type", "object"}, {"additionalProperties", text_schema(field)}}, field, "Properties");
      case FieldType::Block: return field.object == nullptr ? OrderedJson{{"type", "object"}} : reference(*field.object);
      case FieldType::Blocks: return counted({{"type", "array"}, {"items", reference(*field.object)}}, field, "Items");
      case FieldType::BlockMap: return counted({{"type", "object"}, {"additionalProperties", entry_schema(field)}}, field, "Properties");
      case FieldType::Mapping: return {{"type", "object"}};
      case FieldType::List: return {{"type", "array"}};
      case FieldType::Anything: break;
    }
    return OrderedJson::object();
  }

  // Without a table the entries are mappings of texts (the overlay's secrets).
  OrderedJson entry_schema(const Field& field) {
    if (field.object != nullptr) return reference(*field.object);
    return {{"type", "object"}, {"additionalProperties", text_schema(field)}};
  }

  OrderedJson text_schema(const Field& field) const {
    const auto& rules = field.rules;
    if (!rules.one_of.empty()) return {{"enum", choices_of(rules.one_of)}};
    OrderedJson out;
    if (any_scalar_) {
      out["type"] = {"string", "number", "boolean"};
    } else {
      out["type"] = "string";
    }
    const auto least = std::max<std::int64_t>(rules.min, rules.required ? 1 : 0);
    if (least > 0) out["minLength"] = least;
    if (rules.max != kNoMaximum) out["maxLength"] = rules.max;
    const auto pattern = info(rules.form).pattern;
    if (!pattern.empty()) out["pattern"] = std::string(pattern);
    return out;
  }

  static OrderedJson integer_schema(const Field& field) {
    OrderedJson out{{"type", "integer"}};
    if (field.rules.min != kNoMinimum) out["minimum"] = field.rules.min;
    if (field.rules.max != kNoMaximum) out["maximum"] = field.rules.max;
    return out;
  }

  static OrderedJson counted(OrderedJson out, const Field& field, const char* what) {
    if (field.rules.min_items > 0) out[fmt::format("min{}", what)] = field.rules.min_items;
    if (field.rules.max_items != std::numeric_limits<std::size_t>::max()) out[fmt::format("max{}", what)] = field.rules.max_items;
    return out;
  }

  // A preset is a value or words; only a value is a `default`.
  static void add_default(OrderedJson& out, const Field& field) {
    const auto preset = field.rules.preset;
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(preset.data(), preset.data() + preset.size(), number);
    if (field.type == FieldType::Boolean && (preset == "true" || preset == "false")) {
      out["default"] = preset == "true";
    } else if (field.type == FieldType::Integer && error == std::errc{} && end == preset.data() + preset.size()) {
      out["default"] = number;
    } else if ((field.type == FieldType::String || field.type == FieldType::Period) && preset.find(' ') == std::string_view::npos) {
      out["default"] = std::string(preset);
    }
  }

  bool any_scalar_;
  std::map<const Object*, std::string> names_;
  OrderedJson defs_ = OrderedJson::object();
};

OrderedJson manifest_schema(const ConfigKind& kind, SchemaWriter& writer) {
  OrderedJson metadata{{"type", "object"}, {"properties", {{"name", {{"type", "string"}, {"minLength", 1}}}, {"namespace", {{"type", "string"}}}}}};
  metadata["required"] = {"name"};
  OrderedJson properties;
  properties["apiVersion"] = {{"enum", {"toolhive.stacklok.dev/v1beta1", "toolhive.stacklok.dev/v1alpha1"}}};
  properties["kind"] = {{"const", std::string(kind.name)}};
  properties["metadata"] = std::move(metadata);
  properties["spec"] = writer.reference(*kind.object);
  properties["status"] = {{"type", "object"}, {"description", "Written by the operator."}};
  OrderedJson out{{"type", "object"}, {"properties", std::move(properties)}};
  out["required"] = {"apiVersion", "kind", "metadata"};
  if (kind.name != "MCPGroup") out["required"].push_back("spec");
  out["additionalProperties"] = false;
  return out;
}

OrderedJson root_schema(const ConfigKind& kind, SchemaWriter& writer) {
  return kind.shape == ConfigShape::Manifest ? manifest_schema(kind, writer) : writer.object_schema(*kind.object);
}

OrderedJson headed(std::string_view name, std::string_view what) {
  return {{"$schema", kDialect}, {"$id", fmt::format("urn:vmcpauth:schema:{}", name)}, {"title", std::string(name)}, {"description", std::string(what)}};
}

std::string finished(const OrderedJson& schema) { return schema.dump(2) + "\n"; }

}  // namespace

std::string json_schema(const ConfigKind& kind) {
  SchemaWriter writer(kind.shape);
  auto out = headed(kind.name, kind.what);
  const auto root = root_schema(kind, writer);
  for (const auto& [key, value] : root.items()) {
    if (key != "description") out[key] = value;
  }
  out["$defs"] = writer.take_defs();
  return finished(out);
}

std::string json_schema_of_all() {
  auto out = headed("configuration", "any configuration that vmcpauth reads");
  out["type"] = "object";
  OrderedJson choices = OrderedJson::array();
  OrderedJson files = OrderedJson::array();
  OrderedJson defs = OrderedJson::object();
  for (const auto& kind : config_kinds()) {
    const std::string name(kind.name);
    // An embedded schema resource: its own $id makes its references its own.
    defs[name] = OrderedJson::parse(json_schema(kind));
    OrderedJson reference{{"$ref", "urn:vmcpauth:schema:" + name}};
    if (kind.shape != ConfigShape::Manifest) {
      files.push_back(std::move(reference));
      continue;
    }
    OrderedJson same_kind{{"properties", {{"kind", {{"const", name}}}}}};
    same_kind["required"] = {"kind"};
    choices.push_back({{"if", std::move(same_kind)}, {"then", std::move(reference)}});
  }
  OrderedJson is_file{{"not", {{"required", {"kind"}}}}};
  choices.push_back({{"if", std::move(is_file)}, {"then", {{"anyOf", std::move(files)}}}});
  out["allOf"] = std::move(choices);
  out["$defs"] = std::move(defs);
  return finished(out);
}

}  // namespace vmcpauth::config
