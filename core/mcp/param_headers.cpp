#include "core/mcp/param_headers.hpp"

#include <algorithm>
#include <cstdint>

#include "core/base/encoding.hpp"
#include "core/mcp/revision.hpp"

namespace vmcpauth::mcp {
namespace {

constexpr const char* kHeaderAnnotation = "x-mcp-header";
constexpr std::size_t kMaxParameters = 32;
constexpr std::int64_t kMaxSafeInteger = (std::int64_t{1} << 53) - 1;

std::unexpected<Error> bad(const std::string& message) { return fail(ErrorCode::InvalidInput, std::string(kHeaderAnnotation) + " " + message); }

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
    if (const auto annotation = node.find(kHeaderAnnotation); annotation != node.end()) TRY_VOID(take(node, *annotation, reachable));
    for (const auto& [key, child] : node.items()) {
      if (key == kHeaderAnnotation) continue;
      if (key == "properties" && child.is_object()) {
        TRY_VOID(properties(child, reachable));
      } else {
        TRY_VOID(elsewhere(child));
      }
    }
    return {};
  }

  std::vector<MirroredParameter> found;

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
    const std::string header = "Mcp-Param-" + name;
    for (const auto& other : found) {
      if (http::equals_ignoring_case(other.header, header)) return bad("\"" + name + "\" is used twice");
    }
    if (found.size() >= kMaxParameters) return bad("stands on more than " + std::to_string(kMaxParameters) + " parameters");
    found.push_back({header, path_});
    return {};
  }

  std::vector<std::string> path_;
};

Result<std::string> text_of(const Json& value, const std::string& header) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return std::string(value.get<bool>() ? "true" : "false");
  if (value.is_number_unsigned() && value.get<std::uint64_t>() > static_cast<std::uint64_t>(kMaxSafeInteger)) {
    return fail(ErrorCode::InvalidInput, "the value for " + header + " is beyond what JavaScript can hold");
  }
  if (value.is_number_integer()) {
    const auto number = value.get<std::int64_t>();
    if (number >= -kMaxSafeInteger && number <= kMaxSafeInteger) return std::to_string(number);
  }
  return fail(ErrorCode::InvalidInput, "the value for " + header + " is no string, integer or boolean");
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

bool says_the_same(const std::string& header, const Json& value) {
  const auto text = text_of(value, {});
  if (!text) return false;
  if (header == *text) return true;
  // "42.0" is 42.
  if (!value.is_number_integer()) return false;
  const auto number = parse_json(header, {.max_bytes = 64, .max_depth = 1});
  return number && number->is_number() && *number == value;
}

}  // namespace

Result<std::vector<MirroredParameter>> mirrored_parameters(const Json& input_schema) {
  Walk walk;
  if (input_schema.is_object()) TRY_VOID(walk.schema(input_schema, true));
  return std::move(walk.found);
}

Result<http::Headers> mirror(const std::vector<MirroredParameter>& parameters, const Json& arguments) {
  http::Headers out;
  for (const auto& parameter : parameters) {
    const Json* value = at_path(arguments, parameter.path);
    if (value == nullptr) continue;
    TRY(const auto text, text_of(*value, parameter.header));
    out.add(parameter.header, encode_mcp_header(text));
  }
  return out;
}

std::optional<RpcError> check_mirrored(const std::vector<MirroredParameter>& parameters, const Json& arguments, const http::Headers& headers) {
  for (const auto& parameter : parameters) {
    const Json* value = at_path(arguments, parameter.path);
    const auto wrong = [&](std::string_view what) {
      return RpcError{.code = RpcCode::HeaderMismatch, .message = "Header mismatch: " + parameter.header + " " + std::string(what), .data = {}};
    };
    const auto count = headers.count(parameter.header);
    if (value == nullptr) {
      if (count > 0) return wrong("has no value in the body");
      continue;
    }
    if (count != 1) return wrong("is not there exactly once");
    const auto decoded = decode_mcp_header(*headers.get(parameter.header));
    if (!decoded) return wrong("holds invalid characters");
    if (!says_the_same(*decoded, *value)) return wrong("is not the value in the body");
  }
  return std::nullopt;
}

}  // namespace vmcpauth::mcp
