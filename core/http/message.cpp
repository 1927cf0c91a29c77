#include "core/http/message.hpp"

namespace vmcpauth::http {

Result<std::optional<std::string>> Request::query_parameter(std::string_view name) const {
  TRY(auto fields, form_decode(query));
  std::optional<std::string> found;
  for (auto& [field, value] : fields) {
    if (field != name) continue;
    if (found) return fail(ErrorCode::InvalidInput, "parameter \"" + std::string(name) + "\" is given twice");
    found = std::move(value);
  }
  return found;
}

std::string Request::content_type() const {
  const auto value = headers.get("content-type");
  if (!value) return {};
  auto type = value->substr(0, value->find(';'));
  while (type.ends_with(' ') || type.ends_with('\t')) type.remove_suffix(1);
  return to_lower(type);
}

Response Response::json(int status, std::string body) {
  return {status, {{"Content-Type", "application/json"}, {"X-Content-Type-Options", "nosniff"}}, std::move(body)};
}

Response Response::text(int status, std::string body) {
  return {status, {{"Content-Type", "text/plain; charset=utf-8"}, {"X-Content-Type-Options", "nosniff"}}, std::move(body)};
}

Response Response::html(int status, std::string body) {
  return {status,
          {{"Content-Type", "text/html; charset=utf-8"},
           {"Cache-Control", "no-store"},
           {"X-Content-Type-Options", "nosniff"},
           {"Referrer-Policy", "no-referrer"},
           {"X-Frame-Options", "DENY"},
           {"Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"}},
          std::move(body)};
}

Response Response::redirect(std::string location) {
  return {303, {{"Location", std::move(location)}, {"Cache-Control", "no-store"}, {"Referrer-Policy", "no-referrer"}}, {}};
}

}  // namespace vmcpauth::http
