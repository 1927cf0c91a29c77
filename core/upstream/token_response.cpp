#include "core/upstream/token_response.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "core/base/encoding.hpp"
#include "core/http/headers.hpp"

namespace vmcpauth::upstream {
namespace {

constexpr JsonLimits kTokenAnswerLimits{1U << 20U, 32};
constexpr std::size_t kMaxTokenBytes = 64U << 10U;
constexpr std::size_t kMaxFormFields = 100;
constexpr std::size_t kMaxScopes = 500;
constexpr std::int64_t kMaxLifetime = std::numeric_limits<std::int32_t>::max();  // seconds; ToolHive's bound

std::unexpected<Error> bad_answer(std::string message) { return fail(ErrorCode::BadResponse, std::move(message)); }

Result<Json> parse_form(std::string_view body) {
  auto fields = form_decode(body, kMaxFormFields);
  if (!fields) return bad_answer("the token response is not a form: " + fields.error().message());
  Json object = Json::object();
  for (auto& [name, value] : *fields) {
    if (!is_valid_utf8(name) || !is_valid_utf8(value)) return bad_answer("the token response is not UTF-8");
    if (object.contains(name)) return bad_answer("the token response has a field twice");
    object[name] = std::move(value);
  }
  return object;
}

// The member by its path, or by its standard name; JSON null counts as absent.
std::optional<Json> find(const Json& document, const std::optional<JsonPath>& path, const char* name) {
  auto value = path ? path->evaluate(document) : std::nullopt;
  if (!path) {
    const auto it = document.find(name);
    if (it != document.end()) value = *it;
  }
  if (value && value->is_null()) value.reset();
  return value;
}

// RFC 6749 A.12: VSCHAR; access and ID tokens may not even hold a space (RFC 6750 §2.1).
Result<Secret> token(const std::optional<Json>& value, std::string_view what, char lowest) {
  if (!value) return Secret();
  if (!value->is_string()) return bad_answer("the token response's " + std::string(what) + " is not a string");
  const auto& text = value->get_ref<const std::string&>();
  if (text.size() > kMaxTokenBytes) return bad_answer("the token response's " + std::string(what) + " is too long");
  const bool plain = std::all_of(text.begin(), text.end(), [lowest](char c) { return c >= lowest && c <= '\x7E'; });
  if (!plain) return bad_answer("the token response's " + std::string(what) + " has characters no token has");
  return Secret(text);
}

Result<double> lifetime_number(const Json& value) {
  if (value.is_number()) return value.get<double>();
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc{} && end == text.data() + text.size() && std::isfinite(number)) return number;
  }
  return bad_answer("the token response's expires_in is not a number of seconds");
}

Result<std::optional<Seconds>> lifetime(const std::optional<Json>& value) {
  if (!value) return std::nullopt;
  TRY(const double number, lifetime_number(*value));
  if (number < 1) return std::nullopt;
  return Seconds(number >= static_cast<double>(kMaxLifetime) ? kMaxLifetime : static_cast<std::int64_t>(number));
}

void append_scopes(std::vector<std::string>& out, std::string_view text, bool split_commas) {
  const std::string_view separators = split_commas ? " \t," : " \t";
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of(separators), text.size());
    std::string scope(text.substr(0, end));
    if (!scope.empty() && std::find(out.begin(), out.end(), scope) == out.end()) out.push_back(std::move(scope));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

Result<std::optional<std::vector<std::string>>> scopes(const std::optional<Json>& value, bool split_commas) {
  if (!value) return std::nullopt;
  std::vector<std::string> out;
  if (value->is_string()) {
    const auto& text = value->get_ref<const std::string&>();
    append_scopes(out, text, split_commas);
  } else if (value->is_array()) {
    for (const auto& item : *value) {
      if (!item.is_string()) return bad_answer("the token response's scope is not text");
      append_scopes(out, item.get_ref<const std::string&>(), split_commas);
    }
  } else {
    return bad_answer("the token response's scope is not text");
  }
  if (out.size() > kMaxScopes) return bad_answer("the token response names too many scopes");
  if (out.empty()) return std::nullopt;
  return out;
}

Result<std::string> text(const Json& document, std::string_view name) {
  auto value = optional_string(document, name);
  if (!value) return bad_answer("the token response's " + value.error().message());
  return std::move(*value).value_or("");
}

}  // namespace

Result<ResponsePaths> ResponsePaths::make(const config::TokenResponseMapping& mapping) {
  const auto optional_path = [](const std::string& text) -> Result<std::optional<JsonPath>> {
    if (text.empty()) return std::nullopt;
    TRY(auto path, JsonPath::parse(text));
    return path;
  };
  TRY(auto access_token, JsonPath::parse(mapping.access_token_path));
  TRY(auto scope, optional_path(mapping.scope_path));
  TRY(auto refresh_token, optional_path(mapping.refresh_token_path));
  TRY(auto expires_in, optional_path(mapping.expires_in_path));
  return ResponsePaths{std::move(access_token), std::move(scope), std::move(refresh_token), std::move(expires_in)};
}

Result<Json> parse_token_document(std::string_view content_type, std::string_view body) {
  const auto type = http::to_lower(content_type.substr(0, content_type.find(';')));
  const bool form_type = type.starts_with("application/x-www-form-urlencoded") || type.starts_with("text/plain");
  const auto first = body.find_first_not_of(" \t\r\n");
  const bool object = first != std::string_view::npos && body[first] == '{';
  if (form_type && !object) return parse_form(body);
  auto parsed = parse_json_object(body, kTokenAnswerLimits);
  if (!parsed) return bad_answer("the token response cannot be read: " + parsed.error().message());
  return parsed;
}

Result<TokenResponse> read_token_response(const Json& document, const ResponsePaths* paths, bool split_commas) {
  const std::optional<JsonPath> standard;
  const auto access_value = find(document, paths != nullptr ? std::optional(paths->access_token) : standard, "access_token");
  if (!access_value || *access_value == "") {
    return bad_answer(paths != nullptr ? "the token response has nothing at access_token_path \"" + paths->access_token.text() + "\""
                                       : std::string("the token response has no access_token"));
  }
  TokenResponse out;
  TRY(out.access_token, token(access_value, "access_token", '\x21'));
  TRY(out.refresh_token, token(find(document, paths != nullptr ? paths->refresh_token : standard, "refresh_token"), "refresh_token", '\x20'));
  TRY(out.id_token, token(find(document, standard, "id_token"), "id_token", '\x21'));
  TRY(out.lifetime, lifetime(find(document, paths != nullptr ? paths->expires_in : standard, "expires_in")));
  TRY(out.scopes, scopes(find(document, paths != nullptr ? paths->scope : standard, "scope"), split_commas));
  TRY(out.issued_token_type, text(document, "issued_token_type"));
  TRY(out.token_type, text(document, "token_type"));
  return out;
}

Result<void> require_bearer(const TokenResponse& response) {
  if (response.token_type.empty() || http::equals_ignoring_case(response.token_type, "bearer")) return {};
  return bad_answer("the token response's token_type is \"" + printable(response.token_type, 40) + "\"; only Bearer can be used");
}

}  // namespace vmcpauth::upstream
