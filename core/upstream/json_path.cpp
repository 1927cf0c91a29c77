#include "core/upstream/json_path.hpp"

#include <algorithm>
#include <charconv>

#include "core/base/encoding.hpp"

namespace vmcpauth::upstream {
namespace {

constexpr std::size_t kMaxBytes = 512;
constexpr std::size_t kMaxSteps = 32;
constexpr std::size_t kMaxIndexDigits = 9;
constexpr std::string_view kUpstreamJwt = "@upstreamjwt";
constexpr std::string_view kUnsupported = "*?#{}[]!\"";
constexpr JsonLimits kPayloadLimits{64U << 10U, 32};

std::unexpected<Error> refused(std::string_view text, std::size_t at, std::string_view why) {
  return fail(ErrorCode::InvalidConfig, "path \"" + printable(text, 100) + "\", character " + std::to_string(at + 1) + ": " + std::string(why));
}

std::optional<Json> jwt_payload(const Json& value) {
  if (!value.is_string()) return std::nullopt;
  const auto& token = value.get_ref<const std::string&>();
  const auto first = token.find('.');
  const auto second = first == std::string::npos ? first : token.find('.', first + 1);
  if (second == std::string::npos || token.find('.', second + 1) != std::string::npos) return std::nullopt;
  const auto payload = base64url_decode(std::string_view(token).substr(first + 1, second - first - 1));
  if (!payload) return std::nullopt;
  auto parsed = parse_json(*payload, kPayloadLimits);
  if (!parsed) return std::nullopt;
  return *std::move(parsed);
}

const Json* element(const Json& array, std::string_view index) {
  if (index.empty() || index.size() > kMaxIndexDigits) return nullptr;
  std::size_t position = 0;
  const auto [end, error] = std::from_chars(index.data(), index.data() + index.size(), position);
  if (error != std::errc{} || end != index.data() + index.size() || position >= array.size()) return nullptr;
  return &array[position];
}

const Json* child(const Json& value, const std::string& name) {
  if (value.is_array()) return element(value, name);
  if (!value.is_object()) return nullptr;
  const auto it = value.find(name);
  return it == value.end() ? nullptr : &*it;
}

}  // namespace

// Reads up to the next unescaped separator, which `at` is left on.
Result<JsonPath::Step> JsonPath::read_step(std::string_view text, std::size_t& at) {
  Step step;
  const std::size_t start = at;
  for (; at < text.size() && text[at] != '.' && text[at] != '|'; ++at) {
    const char c = text[at];
    if (c == '\\') {
      if (++at == text.size()) return refused(text, at - 1, "nothing follows the backslash");
      step.name += text[at];
    } else if (kUnsupported.find(c) != std::string_view::npos) {
      return refused(text, at, std::string("'") + c + "' is not supported here (write \\" + c + " for a member's name)");
    } else {
      step.name += c;
    }
  }
  if (step.name.empty()) return refused(text, start, "an empty step");
  if (text[start] == '@') {
    if (text.substr(start, at - start) != kUpstreamJwt) return refused(text, start, "the only modifier is @upstreamjwt (write \\@ for a member's name)");
    step.decode_jwt = true;
  }
  return step;
}

Result<JsonPath> JsonPath::parse(std::string_view text) {
  if (text.empty()) return fail(ErrorCode::InvalidConfig, "an empty path");
  if (text.size() > kMaxBytes) return fail(ErrorCode::InvalidConfig, "a path longer than " + std::to_string(kMaxBytes) + " bytes");
  if (const auto bad = std::find_if(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }); bad != text.end()) {
    return refused(text, static_cast<std::size_t>(bad - text.begin()), "a control character");
  }
  JsonPath path;
  path.text_ = text;
  for (std::size_t at = 0;; ++at) {  // ++ steps over the separator
    if (path.steps_.size() == kMaxSteps) return refused(text, at, "more than " + std::to_string(kMaxSteps) + " steps");
    TRY(auto step, read_step(text, at));
    path.steps_.push_back(std::move(step));
    if (at >= text.size()) return path;
  }
}

std::optional<Json> JsonPath::evaluate(const Json& document) const {
  Json decoded;  // what the last @upstreamjwt made; `value` points into it from then on
  const Json* value = &document;
  for (const auto& step : steps_) {
    if (step.decode_jwt) {
      auto payload = jwt_payload(*value);
      if (!payload) return std::nullopt;
      decoded = *std::move(payload);
      value = &decoded;
    } else {
      value = child(*value, step.name);
      if (value == nullptr) return std::nullopt;
    }
  }
  return *value;
}

std::optional<std::string> scalar_text(const Json& value) {
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    return text.empty() ? std::nullopt : std::optional(text);
  }
  if (value.is_number_unsigned()) return std::to_string(value.get<std::uint64_t>());
  if (value.is_number_integer()) return std::to_string(value.get<std::int64_t>());
  return std::nullopt;
}

}  // namespace vmcpauth::upstream
