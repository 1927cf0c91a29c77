#include "core/identity/protected_resource.hpp"

#include "core/base/json.hpp"

namespace vmcpauth::identity {

Result<ProtectedResource> ProtectedResource::make(ProtectedResourceSettings settings) {
  TRY(auto url, Url::parse(settings.resource));
  if (url.has_fragment()) return fail(ErrorCode::InvalidInput, "resource identifier has a fragment");
  ProtectedResource out;
  const std::string path = url.path() == "/" ? "" : url.path();
  out.metadata_url_ = url.origin() + std::string(kWellKnown) + path + (url.has_query() ? "?" + url.query() : "");
  OrderedJson document{{"resource", settings.resource}, {"authorization_servers", OrderedJson::array({settings.issuer})}};
  document["bearer_methods_supported"] = OrderedJson::array({"header"});
  if (!settings.scopes.empty()) document["scopes_supported"] = settings.scopes;
  out.document_ = document.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
  return out;
}

http::Response protected_resource_response(const http::Request& request, std::string_view document) {
  http::Response response;
  if (request.method == "OPTIONS") {
    response.status = 204;
    response.headers = {{"Access-Control-Allow-Methods", "GET, OPTIONS"},
                        {"Access-Control-Allow-Headers", "mcp-protocol-version, Content-Type, Authorization"},
                        {"Access-Control-Max-Age", "86400"}};
  } else if (request.method == "GET" || request.method == "HEAD") {
    response = http::Response::json(200, request.method == "GET" ? std::string(document) : std::string());
    response.headers.set("Cache-Control", "public, max-age=3600");
  } else {
    response = http::Response::json(405, R"({"error":"method_not_allowed"})");
    response.headers.set("Allow", "GET, HEAD, OPTIONS");
  }
  response.headers.set("Access-Control-Allow-Origin", "*");
  return response;
}

}  // namespace vmcpauth::identity
