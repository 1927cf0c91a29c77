// Wire JSON: nlohmann/json behind a strict reader (bounded size and depth, no duplicate keys, valid UTF-8)
// and typed access that fails with the path instead of throwing. The only header that names nlohmann.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/error.hpp"

namespace vmcpauth {

using Json = nlohmann::json;
// Keeps insertion order, for output people read.
using OrderedJson = nlohmann::ordered_json;

struct JsonLimits {
  std::size_t max_bytes = 1U << 20U;
  int max_depth = 64;
};

// RFC 8259 text with unique member names (RFC 7519 §4 demands it of claims). InvalidInput, TooLarge.
[[nodiscard]] Result<Json> parse_json(std::string_view text, JsonLimits limits = {});
// The same, and the top level must be an object.
[[nodiscard]] Result<Json> parse_json_object(std::string_view text, JsonLimits limits = {});

// Absent or null members give nullopt; another type gives InvalidInput that names the member.
[[nodiscard]] Result<std::optional<std::string>> optional_string(const Json& object, std::string_view name);
[[nodiscard]] Result<std::optional<std::int64_t>> optional_integer(const Json& object, std::string_view name);
[[nodiscard]] Result<std::optional<bool>> optional_bool(const Json& object, std::string_view name);
[[nodiscard]] Result<std::optional<std::vector<std::string>>> optional_strings(const Json& object, std::string_view name);
[[nodiscard]] Result<std::string> required_string(const Json& object, std::string_view name);

// Compact text; invalid UTF-8 in strings is replaced, never thrown about.
[[nodiscard]] std::string dump_json(const Json& value);

}  // namespace vmcpauth
