#include "core/authserver/form_exchange.hpp"

#include "core/authserver/context.hpp"
#include "core/base/json.hpp"
#include "core/oauth/error.hpp"

namespace vmcpauth::authserver {

Result<oauth::Parameters> read_form(const http::Request& request) {
  if (request.content_type() != "application/x-www-form-urlencoded") return oauth::refuse("invalid_request", "the body is not a form");
  auto form = oauth::Parameters::parse(request.body);
  if (!form) return oauth::refuse("invalid_request", form.error().message());
  if (form->duplicate()) return oauth::refuse("invalid_request", "the parameter " + *form->duplicate() + " is given twice");
  return form;
}

http::Response never_cached(http::Response response) {
  response.headers.set("Cache-Control", "no-store");
  response.headers.set("Pragma", "no-cache");
  return response;
}

http::Response form_refusal(const http::Request& request, const Error& error) {
  const auto code = oauth::oauth_code(error);
  auto response = never_cached(http::Response::json(oauth::http_status(code), dump_json({{"error", code}, {"error_description", client_text(error)}})));
  // RFC 6749 §5.2: by the scheme the client tried.
  if (response.status == 401 && request.headers.contains("authorization")) response.headers.set("WWW-Authenticate", "Basic realm=\"vmcpauth\"");
  return response;
}

}  // namespace vmcpauth::authserver
