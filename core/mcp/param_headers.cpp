#include "core/mcp/param_headers.hpp"

#include <algorithm>

#include "core/base/encoding.hpp"
#include "core/mcp/revision.hpp"

namespace vmcpauth::mcp {
namespace {

constexpr std::string_view kHeaderAnnotation = "x-mcp-header";
constexpr std::size_t kMaxSchemaDepth = 16;
constexpr std::size_t kMaxParameters = 32;

using Found = std::vector<MirroredParameter>;

std::unexpected<Error> invalid(std::string text) { return fail(ErrorCode::InvalidInput, std::string(kHeaderAnnotation) + " " + std::move(text)); }

bool is_primitive(const Json& schema) {
  const auto type = schema.find("type");
  return type != schema.end() && (*type == "string" || *type == "integer" || *type == "boolean");
}

// An annotation that cannot be reached through `properties` alone makes the tool invalid.
bool has_annotation(const Json& schema, std::size_t depth) {
  if (depth > 64) return true;
  if (schema.is_object() && schema.contains(kHeaderAnnotation)) return true;
  if (!schema.is_structured()) return false;
  return std::any_of(schema.begin(), schema.end(), [&](const Json& child) { return has_annotation(child, depth + 1); });
}

Result<void> take(const Json& schema, const std::vector<std::string>& path, Found& found) {
  const auto annotation = schema.find(kHeaderAnnotation);
  if (annotation == schema.end()) return {};
  if (path.empty()) return invalid("stands on the whole schema");
  if (!annotation->is_string()) return invalid("is no string");
  const auto& name = annotation->get_ref<const std::string&>();
  if (!http::is_header_name(name)) return invalid("is no header name");
  if (!is_primitive(schema)) return invalid("stands on a parameter that is neither string, integer nor boolean");
  const std::string header = "Mcp-Param-" + name;
  const bool twice = std::any_of(found.begin(), found.end(), [&](const auto& p) { return http::equals_ignoring_case(p.header, header); });
  if (twice) return invalid("names " + name + " twice");
  if (found.size() >= kMaxParameters) return invalid("is there too often");
  found.push_back({header, path});
  return {};
}

Result<void> walk(const Json& schema, std::vector<std::string>& path, Found& found) {
  if (!schema.is_object()) return {};
  TRY_VOID(take(schema, path, found));
  for (const auto& [keyword, value] : schema.items()) {
    if (keyword == "properties" && value.is_object() && path.size() < kMaxSchemaDepth) {
      for (const auto& [name, child] : value.items()) {
        path.push_back(name);
        TRY_VOID(walk(child, path, found));
        path.pop_back();
      }
    } else if (has_annotation(value, 0)) {
      return invalid("stands where it cannot be found by property names alone");
    }
  }
  return {};
}

// The argument at the path; null when there is none.
const Json& argument(const Json& arguments, const std::vector<std::string>& path) {
  static const Json kAbsent;
  const Json* at = &arguments;
  for (const auto& name : path) {
    if (!at->is_object() || !at->contains(name)) return kAbsent;
    at = &at->at(name);
  }
  return *at;
}

std::optional<std::string> header_text(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>() ? "true" : "false";
  if (value.is_number_integer()) return value.dump();
  return std::nullopt;
}

bool says_the_same(const std::string& header, const Json& value) {
  const auto text = header_text(value);
  if (!text) return false;
  if (header == *text) return true;
  // "42.0" is 42.
  if (!value.is_number_integer()) return false;
  const auto number = parse_json(header, {.max_bytes = 64, .max_depth = 1});
  return number && number->is_number() && *number == value;
}

}  // namespace

Result<std::vector<MirroredParameter>> mirrored_parameters(const Json& tool) {
  Found found;
  const auto schema = tool.find("inputSchema");
  if (schema == tool.end()) return found;
  std::vector<std::string> path;
  TRY_VOID(walk(*schema, path, found));
  return found;
}

http::Headers mirror(const std::vector<MirroredParameter>& parameters, const Json& arguments) {
  http::Headers out;
  for (const auto& parameter : parameters) {
    if (const auto text = header_text(argument(arguments, parameter.path))) out.add(parameter.header, encode_mcp_header(*text));
  }
  return out;
}

std::optional<RpcError> check_mirrored(const std::vector<MirroredParameter>& parameters, const Json& arguments, const http::Headers& headers) {
  for (const auto& parameter : parameters) {
    const Json& value = argument(arguments, parameter.path);
    const auto wrong = [&](std::string_view what) {
      return RpcError{.code = RpcCode::HeaderMismatch, .message = "Header mismatch: " + parameter.header + " " + std::string(what), .data = {}};
    };
    const auto count = headers.count(parameter.header);
    if (value.is_null()) {
      if (count > 0) return wrong("has no value in the body");
      continue;
    }
    if (count != 1) return wrong("is not there exactly once");
    const auto decoded = decode_mcp_header(*headers.get(parameter.header));
    if (!decoded) return wrong("holds invalid characters");
    if (!says_the_same(*decoded, value)) return wrong("is not the value in the body");
  }
  return std::nullopt;
}

}  // namespace vmcpauth::mcp
