#include "core/mcp/client/tool_arguments.hpp"

#include <algorithm>
#include <cmath>

#include "core/base/encoding.hpp"

namespace vmcpauth::mcp {
namespace {

constexpr int kMaxReferences = 20;
constexpr std::size_t kMaxDepth = 16;

std::unexpected<Error> bad(std::string_view key, const std::string& what) {
  return fail(ErrorCode::InvalidInput, "argument " + printable(key, 100) + " " + what);
}

// `#/$defs/x` only: other references stay unread, and what they describe has no known type.
const Json* resolved(const Json* schema, const Json& root) {
  for (int step = 0; step < kMaxReferences && schema != nullptr && schema->is_object(); ++step) {
    const auto reference = schema->find("$ref");
    if (reference == schema->end()) return schema;
    if (!reference->is_string() || !reference->get_ref<const std::string&>().starts_with("#/")) return nullptr;
    try {
      const Json::json_pointer pointer(reference->get_ref<const std::string&>().substr(1));
      schema = root.contains(pointer) ? &root.at(pointer) : nullptr;
    } catch (const Json::exception&) {
      return nullptr;
    }
  }
  return schema != nullptr && schema->is_object() ? schema : nullptr;
}

const Json* property(const Json* schema, const std::string& name, const Json& root) {
  schema = resolved(schema, root);
  if (schema == nullptr) return nullptr;
  const auto properties = schema->find("properties");
  if (properties == schema->end() || !properties->is_object()) return nullptr;
  const auto it = properties->find(name);
  return it == properties->end() ? nullptr : resolved(&*it, root);
}

// The types a value may have; empty = not known.
std::vector<std::string> types_of(const Json* schema) {
  std::vector<std::string> types;
  if (schema == nullptr) return types;
  const auto type = schema->find("type");
  if (type == schema->end()) return types;
  if (type->is_string()) types.push_back(type->get<std::string>());
  if (!type->is_array()) return types;
  for (const auto& name : *type) {
    if (name.is_string()) types.push_back(name.get<std::string>());
  }
  return types;
}

bool is_of_type(const Json& value, std::string_view type) {
  if (type == "integer") return value.is_number_integer() || (value.is_number_float() && value.get<double>() == std::trunc(value.get<double>()));
  if (type == "number") return value.is_number();
  if (type == "boolean") return value.is_boolean();
  if (type == "null") return value.is_null();
  if (type == "array") return value.is_array();
  if (type == "object") return value.is_object();
  return type == "string" && value.is_string();
}

std::string article(const std::vector<std::string>& types) {
  std::string out;
  for (const auto& type : types) out += (out.empty() ? "" : " or ") + type;
  return "must be " + out;
}

Result<Json> value_of(std::string_view key, const std::string& text, const Json* schema) {
  const auto types = types_of(schema);
  if (types.empty()) {
    auto value = parse_json(text);
    return value && !value->is_string() ? *std::move(value) : Json(text);
  }
  const bool may_be_text = std::ranges::find(types, "string") != types.end();
  if (types.size() == 1 && may_be_text) return Json(text);
  const auto value = parse_json(text);
  for (const auto& type : types) {
    if (value && type != "string" && is_of_type(*value, type)) return *value;
  }
  if (may_be_text) return Json(text);
  return bad(key, article(types) + ", not " + printable(text, 60));
}

struct Place {
  Json* object;
  const Json* schema;
  std::string name;
};

// A schema that has the whole key as a property is asked first: names may hold dots.
Result<Place> place_of(std::string_view key, Json& arguments, const Json& root) {
  Place place{&arguments, &root, std::string(key)};
  if (property(&root, place.name, root) != nullptr) return place;
  std::string_view rest = key;
  for (std::size_t depth = 0; depth < kMaxDepth; ++depth) {
    const auto dot = rest.find('.');
    if (dot == std::string_view::npos) {
      place.name = std::string(rest);
      if (place.name.empty()) return bad(key, "has an empty name");
      return place;
    }
    const std::string step(rest.substr(0, dot));
    if (step.empty()) return bad(key, "has an empty name");
    rest.remove_prefix(dot + 1);
    auto& next = (*place.object)[step];
    if (next.is_null()) next = Json::object();
    if (!next.is_object()) return bad(key, "reaches into something that is no object");
    place.schema = property(place.schema, step, root);
    place.object = &next;
  }
  return bad(key, "is nested too deeply");
}

bool is_array_schema(const Json* schema) {
  const auto types = types_of(schema);
  return std::ranges::find(types, "array") != types.end();
}

Result<void> add_one(Json& arguments, const std::string& pair, const Json& root) {
  const auto equals = pair.find('=');
  if (equals == std::string::npos || equals == 0) return bad(pair, "is not KEY=VALUE");
  const auto key = std::string_view(pair).substr(0, equals);
  const auto text = pair.substr(equals + 1);
  if (!is_valid_utf8(pair)) return bad(key, "is not UTF-8");
  TRY(auto place, place_of(key, arguments, root));
  const Json* schema = property(place.schema, place.name, root);
  auto& slot = (*place.object)[place.name];
  if (is_array_schema(schema) && !text.starts_with('[')) {
    const auto items = schema->find("items");
    TRY(auto item, value_of(key, text, items == schema->end() ? nullptr : resolved(&*items, root)));
    if (slot.is_null()) slot = Json::array();
    if (!slot.is_array()) return bad(key, "is given as a list and as something else");
    slot.push_back(std::move(item));
    return {};
  }
  if (!slot.is_null()) return bad(key, "is given twice");
  TRY(slot, value_of(key, text, schema));
  return {};
}

}  // namespace

Result<void> add_arguments(Json& arguments, const std::vector<std::string>& pairs, const Json& input_schema) {
  for (const auto& pair : pairs) TRY_VOID(add_one(arguments, pair, input_schema));
  return {};
}

}  // namespace vmcpauth::mcp
