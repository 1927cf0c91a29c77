// Dynamic client registration (RFC 7591) for upstreams that are configured with it.
#include <algorithm>
#include <utility>

#include "core/base/json.hpp"
#include "core/base/url.hpp"
#include "proxy/demo/parameters.hpp"
#include "proxy/demo/provider_context.hpp"

namespace vmcpauth::proxy {
namespace {

constexpr std::size_t kMaxBodyBytes = 64U << 10U;

Result<std::vector<std::string>> redirect_uris_of(const Json& metadata) {
  auto uris = optional_strings(metadata, "redirect_uris");
  if (!uris || !*uris || (*uris)->empty() || (*uris)->size() > 10) return oauth_fail("invalid_redirect_uri", "redirect_uris names one to ten URIs");
  for (const auto& uri : **uris) {
    const auto url = Url::parse(uri);
    if (!url || url->has_fragment() || uri.size() > 2048) return oauth_fail("invalid_redirect_uri", "a redirect URI is no http or https URL without fragment");
    if (!url->is_https() && !url->is_loopback()) return oauth_fail("invalid_redirect_uri", "a plain http redirect URI must be on loopback");
  }
  return **std::move(uris);
}

Result<std::string> auth_method_of(const Json& metadata) {
  const auto method = optional_string(metadata, "token_endpoint_auth_method");
  if (!method) return oauth_fail("invalid_client_metadata", "token_endpoint_auth_method is not a string");
  const std::string value = method->value_or("client_secret_basic");
  if (value != "none" && value != "client_secret_basic" && value != "client_secret_post") {
    return oauth_fail("invalid_client_metadata", "the token_endpoint_auth_method is not supported");
  }
  return value;
}

Result<Json> register_client(ProviderContext& context, const http::Request& request) {
  if (request.content_type() != "application/json" || request.body.size() > kMaxBodyBytes) {
    return oauth_fail("invalid_client_metadata", "the body is not JSON of at most 64 KiB");
  }
  const auto metadata = parse_json_object(request.body, {.max_bytes = kMaxBodyBytes, .max_depth = 16});
  if (!metadata) return oauth_fail("invalid_client_metadata", "the body is not a JSON object");
  TRY(auto redirect_uris, redirect_uris_of(*metadata));
  TRY(const auto method, auth_method_of(*metadata));

  const std::string client_id = "dcr-" + context.random.token(16);
  Json body = {{"client_id", client_id},         {"client_id_issued_at", unix_seconds(context.clock.now())},
               {"redirect_uris", redirect_uris}, {"grant_types", {"authorization_code", "refresh_token"}},
               {"response_types", {"code"}},     {"token_endpoint_auth_method", method}};
  const auto name = optional_string(*metadata, "client_name");
  if (name && *name) body["client_name"] = printable(**name, 256);
  ProviderClient client{.client_id = client_id, .client_secret = {}, .redirect_uris = std::move(redirect_uris)};
  if (method != "none") {
    client.client_secret = Secret(context.random.token());
    body["client_secret"] = client.client_secret->reveal();
    body["client_secret_expires_at"] = 0;
  }
  context.state.register_client(std::move(client));
  return body;
}

}  // namespace

http::Response answer_register(ProviderContext& context, const http::Request& request) {
  const auto& initial = context.spec.registration->initial_access_token;
  if (initial) {
    const auto token = bearer_token(request);
    if (!token || !initial->equals(*token)) {
      auto response = json_no_store(401, R"({"error":"invalid_token"})");
      response.headers.set("WWW-Authenticate", "Bearer error=\"invalid_token\"");
      return response;
    }
  }
  const auto body = register_client(context, request);
  return body ? json_no_store(201, dump_json(*body)) : oauth_error_response(body.error());
}

}  // namespace vmcpauth::proxy
