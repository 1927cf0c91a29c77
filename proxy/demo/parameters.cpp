#include "proxy/demo/parameters.hpp"

#include <algorithm>
#include <utility>

#include "core/base/encoding.hpp"
#include "core/base/json.hpp"

namespace vmcpauth::proxy {
namespace {

constexpr std::size_t kMaxFormBytes = 64U << 10U;

bool is_scope_character(char c) { return c == 0x21 || (c >= 0x23 && c <= 0x5B) || (c >= 0x5D && c <= 0x7E); }

}  // namespace

std::unexpected<Error> oauth_fail(std::string code, std::string description) {
  return std::unexpected(Error(ErrorCode::InvalidInput, std::move(description)).with_oauth_code(std::move(code)));
}

Result<Parameters> Parameters::parse(std::string_view encoded) {
  auto fields = form_decode(encoded);
  if (!fields) return oauth_fail("invalid_request", "the parameters are not form-encoded");
  Parameters out;
  for (auto& [name, value] : *fields) {
    if (value.empty()) continue;
    if (!out.values_.emplace(name, std::move(value)).second) out.repeated_.push_back(name);
  }
  return out;
}

Result<Parameters> Parameters::of_form(const http::Request& request) {
  if (request.content_type() != "application/x-www-form-urlencoded") return oauth_fail("invalid_request", "the body is not a form");
  if (request.body.size() > kMaxFormBytes) return oauth_fail("invalid_request", "the body is too large");
  TRY(auto parameters, parse(request.body));
  if (parameters.any_repeated()) return oauth_fail("invalid_request", "a parameter is repeated");
  return parameters;
}

std::optional<std::string> Parameters::get(std::string_view name) const {
  const auto it = values_.find(name);
  if (it == values_.end()) return std::nullopt;
  return it->second;
}

bool Parameters::repeated(std::string_view name) const { return std::find(repeated_.begin(), repeated_.end(), name) != repeated_.end(); }

http::Response json_no_store(int status, std::string body) {
  auto response = http::Response::json(status, std::move(body));
  response.headers.set("Cache-Control", "no-store");
  return response;
}

http::Response oauth_error_response(const Error& error, int status) {
  const std::string code = error.oauth_code().value_or("server_error");
  auto response = json_no_store(code == "invalid_client" ? 401 : status, dump_json({{"error", code}, {"error_description", error.message()}}));
  if (code == "invalid_client") response.headers.set("WWW-Authenticate", "Basic realm=\"token endpoint\"");
  return response;
}

http::Response method_not_allowed(std::string allowed) {
  auto response = http::Response::text(405, "method not allowed\n");
  response.headers.set("Allow", std::move(allowed));
  return response;
}

Result<std::vector<std::string>> parse_scope(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto token = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), token.size() + 1));
    if (token.empty() || has_scope(out, token)) continue;
    if (!std::all_of(token.begin(), token.end(), is_scope_character)) return oauth_fail("invalid_scope", "the scope has a character it may not have");
    if (out.size() >= 50) return oauth_fail("invalid_scope", "too many scopes");
    out.emplace_back(token);
  }
  return out;
}

std::string join_scope(const std::vector<std::string>& scopes) {
  std::string out;
  for (const auto& scope : scopes) out += (out.empty() ? "" : " ") + scope;
  return out;
}

bool has_scope(const std::vector<std::string>& scopes, std::string_view scope) { return std::find(scopes.begin(), scopes.end(), scope) != scopes.end(); }

std::optional<std::string> bearer_token(const http::Request& request) {
  constexpr std::string_view kScheme = "bearer ";
  if (request.headers.count("Authorization") != 1) return std::nullopt;
  const auto value = *request.headers.get("Authorization");
  if (value.size() <= kScheme.size() || !http::equals_ignoring_case(value.substr(0, kScheme.size()), kScheme)) return std::nullopt;
  const auto token = value.substr(kScheme.size());
  const bool plain = std::all_of(token.begin(), token.end(), [](char c) { return c > 0x20 && c < 0x7F; });
  if (!plain) return std::nullopt;
  return std::string(token);
}

}  // namespace vmcpauth::proxy
