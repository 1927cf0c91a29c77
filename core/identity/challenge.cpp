#include "core/identity/challenge.hpp"

#include "core/base/json.hpp"

namespace vmcpauth::identity {
namespace {

constexpr std::string_view kRetryAfterSeconds = "5";

// RFC 9110 §5.6.4. What no header field may hold, and what RFC 6750 §3 leaves out of its attributes, becomes '?'.
std::string quoted_string(std::string_view value) {
  std::string out = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') out += '\\';
    out += c >= ' ' && c <= '~' ? c : '?';
  }
  return out + '"';
}

// RFC 6750 §3 allows neither quotation mark nor backslash in error_description, not even escaped.
std::string described(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '"' ? '\'' : c == '\\' ? '/' : c;
  return quoted_string(out);
}

std::string join(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) {
    if (!out.empty()) out += ' ';
    out += word;
  }
  return out;
}

bool is_our_trouble(ErrorCode code) noexcept {
  return code == ErrorCode::Unavailable || code == ErrorCode::Unreachable || code == ErrorCode::Timeout || code == ErrorCode::Internal;
}

std::string body_of(std::string_view error, std::string_view description) { return dump_json(Json{{"error", error}, {"error_description", description}}); }

}  // namespace

Challenge Challenge::missing_token() { return {.description = "a bearer token is needed"}; }

Challenge Challenge::invalid_request(Error cause) {
  std::string description = cause.message();
  return {.status = 400, .error = "invalid_request", .description = std::move(description), .scopes = {}, .cause = std::move(cause)};
}

Challenge Challenge::refused(Error cause) {
  if (is_our_trouble(cause.code())) {
    return {
        .status = 503, .error = "temporarily_unavailable", .description = "authentication is not possible right now", .scopes = {}, .cause = std::move(cause)};
  }
  std::string description = cause.message();
  return {.status = 401, .error = "invalid_token", .description = std::move(description), .scopes = {}, .cause = std::move(cause)};
}

Challenge Challenge::insufficient_scope(std::vector<std::string> needed) {
  return {.status = 403,
          .error = "insufficient_scope",
          .description = "the token does not have the scopes this needs",
          .scopes = std::move(needed),
          .cause = {ErrorCode::Forbidden, "the token does not have the scopes this needs"}};
}

std::string www_authenticate(const Challenge& challenge, const ChallengeContext& context) {
  std::string parameters;
  const auto add = [&](std::string_view name, const std::string& value) {
    if (!parameters.empty()) parameters += ", ";
    parameters += name;
    parameters += '=';
    parameters += value;
  };
  if (!context.realm.empty()) add("realm", quoted_string(context.realm));
  if (!context.resource_metadata.empty()) add("resource_metadata", quoted_string(context.resource_metadata));
  const auto& scopes = challenge.scopes.empty() ? context.scopes : challenge.scopes;
  if (!scopes.empty()) add("scope", quoted_string(join(scopes)));
  if (!challenge.error.empty()) {
    add("error", quoted_string(challenge.error));
    if (!challenge.description.empty()) add("error_description", described(challenge.description));
  }
  return parameters.empty() ? "Bearer" : "Bearer " + parameters;
}

http::Response challenge_response(const Challenge& challenge, const ChallengeContext& context) {
  auto response = http::Response::json(challenge.status, body_of(challenge.error.empty() ? "invalid_request" : challenge.error, challenge.description));
  response.headers.set("Cache-Control", "no-store");
  if (challenge.status == 503) {
    response.headers.set("Retry-After", std::string(kRetryAfterSeconds));
  } else {
    response.headers.set("WWW-Authenticate", www_authenticate(challenge, context));
  }
  return response;
}

}  // namespace vmcpauth::identity
