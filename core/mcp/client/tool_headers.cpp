#include "core/mcp/client/tool_headers.hpp"

#include <algorithm>
#include <limits>

#include "core/base/encoding.hpp"

namespace vmcpauth::mcp {
namespace {

constexpr const char* kAnnotation = "x-mcp-header";
constexpr std::int64_t kMaxSafeInteger = (std::int64_t{1} << 53) - 1;

std::unexpected<Error> bad(const std::string& message) { return fail(ErrorCode::InvalidInput, std::string(kAnnotation) + " " + message); }

bool is_mirrored_type(const Json& name) { return name == "string" || name == "integer" || name == "boolean"; }

// A type, or the same with null beside it: a parameter that may be left out.
bool is_mirrored_parameter(const Json& schema) {
  const auto type = schema.find("type");
  if (type == schema.end()) return false;
  if (type->is_string()) return is_mirrored_type(*type);
  if (!type->is_array()) return false;
  const auto others = std::count_if(type->begin(), type->end(), [](const Json& name) { return name != "null"; });
  return others == 1 && std::any_of(type->begin(), type->end(), is_mirrored_type);
}

class Walk {
 public:
  // `reachable`: only `properties` lie between here and the root, and this is a schema.
  Result<void> schema(const Json& node, bool reachable) {
    if (const auto annotation = node.find(kAnnotation); annotation != node.end()) TRY_VOID(take(node, *annotation, reachable));
    for (const auto& [key, child] : node.items()) {
      if (key == kAnnotation) continue;
      if (key == "properties" && child.is_object()) {
        TRY_VOID(properties(child, reachable));
      } else {
        TRY_VOID(elsewhere(child));
      }
    }
    return {};
  }

  std::vector<HeaderAnnotation> found;

 private:
  Result<void> properties(const Json& map, bool reachable) {
    for (const auto& [name, child] : map.items()) {
      path_.push_back(name);
      if (child.is_object()) TRY_VOID(schema(child, reachable));
      path_.pop_back();
    }
    return {};
  }

  // Values of other keywords: an annotation there can never be extracted. `properties` below them are no way back.
  Result<void> elsewhere(const Json& value) {
    if (value.is_object()) return schema(value, false);
    if (!value.is_array()) return {};
    for (const auto& item : value) TRY_VOID(elsewhere(item));
    return {};
  }

  Result<void> take(const Json& node, const Json& annotation, bool reachable) {
    const auto where = path_.empty() ? std::string("at the root") : "of parameter \"" + printable(path_.back(), 60) + "\"";
    if (!annotation.is_string()) return bad(where + " is no string");
    const auto& name = annotation.get_ref<const std::string&>();
    if (!http::is_header_name(name)) return bad(where + " is no header name");
    if (!reachable || path_.empty()) return bad(where + " is not reached by properties alone");
    if (!is_mirrored_parameter(node)) return bad(where + " is on a parameter that is no string, integer or boolean");
    for (const auto& other : found) {
      if (http::equals_ignoring_case(other.name, name)) return bad("\"" + name + "\" is used twice");
    }
    found.push_back({path_, name});
    return {};
  }

  std::vector<std::string> path_;
};

Result<std::string> text_of(const Json& value, const std::string& name) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return std::string(value.get<bool>() ? "true" : "false");
  if (value.is_number_unsigned() && value.get<std::uint64_t>() > static_cast<std::uint64_t>(kMaxSafeInteger)) {
    return fail(ErrorCode::InvalidInput, "the value for Mcp-Param-" + name + " is beyond what JavaScript can hold");
  }
  if (value.is_number_integer()) {
    const auto number = value.get<std::int64_t>();
    if (number >= -kMaxSafeInteger && number <= kMaxSafeInteger) return std::to_string(number);
  }
  return fail(ErrorCode::InvalidInput, "the value for Mcp-Param-" + name + " is no string, integer or boolean");
}

const Json* at_path(const Json& arguments, const std::vector<std::string>& path) {
  const Json* node = &arguments;
  for (const auto& name : path) {
    if (!node->is_object()) return nullptr;
    const auto it = node->find(name);
    if (it == node->end()) return nullptr;
    node = &*it;
  }
  return node->is_null() ? nullptr : node;
}

}  // namespace

Result<std::vector<HeaderAnnotation>> header_annotations(const Json& input_schema) {
  Walk walk;
  if (input_schema.is_object()) TRY_VOID(walk.schema(input_schema, true));
  return std::move(walk.found);
}

Result<http::Headers> parameter_headers(const std::vector<HeaderAnnotation>& annotations, const Json& arguments) {
  http::Headers headers;
  for (const auto& annotation : annotations) {
    const Json* value = at_path(arguments, annotation.path);
    if (value == nullptr) continue;
    TRY(const auto text, text_of(*value, annotation.name));
    headers.add("Mcp-Param-" + annotation.name, encode_mcp_header(text));
  }
  return headers;
}

std::string encode_mcp_header(std::string_view value) {
  const bool sentinel = value.starts_with("=?base64?") && value.ends_with("?=");
  const bool padded = !value.empty() && (value.front() == ' ' || value.front() == '\t' || value.back() == ' ' || value.back() == '\t');
  const bool plain = std::all_of(value.begin(), value.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
  return plain && !padded && !sentinel ? std::string(value) : "=?base64?" + base64_encode(value) + "?=";
}

}  // namespace vmcpauth::mcp
