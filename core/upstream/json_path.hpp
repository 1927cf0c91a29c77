// Paths into a provider's JSON answer, as token_response_mapping and identity_from_token write them: the part of
// gjson's syntax that names one value (members, array indexes, `\` escapes, `|`, the modifier @upstreamjwt).
// Queries, wildcards, multipaths and other modifiers are refused when the path is parsed, which is at start.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.hpp"
#include "core/base/json.hpp"

namespace vmcpauth::upstream {

class JsonPath {
 public:
  // At most 512 bytes and 32 steps. InvalidConfig says which character is not supported, and where.
  [[nodiscard]] static Result<JsonPath> parse(std::string_view text);

  // A copy of the value the path leads to; nullopt when there is none (a JSON null is a value). @upstreamjwt decodes the
  // payload of a compact JWS without verifying it: the answer it came in was authenticated by TLS.
  [[nodiscard]] std::optional<Json> evaluate(const Json& document) const;

  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  struct Step {
    std::string name;  // member, or array index when it is all digits
    bool decode_jwt = false;
  };
  JsonPath() = default;
  static Result<Step> read_step(std::string_view text, std::size_t& at);

  std::string text_;
  std::vector<Step> steps_;
};

// A non-empty string, or an integer in its decimal form (GitHub's `id`). Anything else, also a number too large to be
// kept exactly, gives nullopt: a rounded number would make one user of two.
[[nodiscard]] std::optional<std::string> scalar_text(const Json& value);

}  // namespace vmcpauth::upstream
