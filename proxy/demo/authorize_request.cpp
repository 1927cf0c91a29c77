#include "proxy/demo/authorize_request.hpp"

#include <algorithm>
#include <utility>

#include "core/base/encoding.hpp"
#include "proxy/demo/sign_in_page.hpp"

namespace vmcpauth::proxy {
namespace {

constexpr std::size_t kMaxQueryBytes = 8U << 10U;

// Only now is it known where an error may be sent.
Result<void> find_client(ProviderContext& context, const Parameters& query, AuthorizeRequest& out) {
  if (query.repeated("client_id") || query.repeated("redirect_uri")) return fail(ErrorCode::InvalidInput, "client_id or redirect_uri is repeated.");
  out.client = context.client(query.get_or_empty("client_id"));
  if (out.client == nullptr) return fail(ErrorCode::NotFound, "The client_id is not known here.");
  out.redirect_uri = query.get_or_empty("redirect_uri");
  const auto& known = out.client->redirect_uris;
  if (std::find(known.begin(), known.end(), out.redirect_uri) == known.end()) {
    return fail(ErrorCode::Forbidden, "The redirect_uri is not registered for this client.");
  }
  return {};
}

Result<void> check_unsupported(const Parameters& query) {
  if (query.any_repeated()) return oauth_fail("invalid_request", "a parameter is repeated");
  if (query.get("request")) return oauth_fail("request_not_supported", "request objects are not supported");
  if (query.get("request_uri")) return oauth_fail("request_uri_not_supported", "request objects are not supported");
  if (query.get("response_mode").value_or("query") != "query") return oauth_fail("invalid_request", "the response_mode is not supported");
  const auto type = query.get("response_type");
  if (!type) return oauth_fail("invalid_request", "response_type is missing");
  if (*type != "code") return oauth_fail("unsupported_response_type", "the response_type is not supported");
  return {};
}

Result<void> read_pkce(const Parameters& query, AuthorizeRequest& out) {
  out.code_challenge = query.get_or_empty("code_challenge");
  if (query.get("code_challenge_method").value_or("plain") != "S256") return oauth_fail("invalid_request", "PKCE with S256 is required");
  const auto bytes = base64url_decode(out.code_challenge);
  if (!bytes || bytes->size() != 32) return oauth_fail("invalid_request", "the code_challenge is no S256 challenge");
  return {};
}

Result<void> read_target(const ProviderContext& context, const Parameters& query, AuthorizeRequest& out) {
  const auto resource = query.get("resource");
  if (resource) {
    const auto url = Url::parse(*resource);
    if (!url || url->has_fragment()) return oauth_fail("invalid_target", "the resource is no URL without fragment");
  }
  out.audience = query.get("audience").value_or(resource.value_or(context.spec.audience));
  if (out.audience.size() > 2048) return oauth_fail("invalid_target", "the audience is too long");
  return {};
}

Result<void> read_rest(const ProviderContext& context, const Parameters& query, AuthorizeRequest& out) {
  TRY_VOID(check_unsupported(query));
  TRY_VOID(read_pkce(query, out));
  TRY_VOID(read_target(context, query, out));
  TRY(out.scopes, parse_scope(query.get_or_empty("scope")));
  out.nonce = query.get_or_empty("nonce");
  if (out.nonce.size() > 512) return oauth_fail("invalid_request", "the nonce is too long");
  out.login_hint = query.get_or_empty("login_hint");
  const auto prompts = query.get_or_empty("prompt");
  // There is no session to go on silently with: somebody has to choose.
  if (prompts == "none") return oauth_fail("login_required", "a user has to choose an account");
  return {};
}

}  // namespace

std::expected<AuthorizeRequest, http::Response> read_authorize_request(ProviderContext& context, const std::string& query_text) {
  const auto page = [&](int status, const std::string& what) { return std::unexpected(sign_in_error_page(status, context.spec.name, what)); };
  if (query_text.size() > kMaxQueryBytes) return page(414, "The request is too long.");
  const auto query = Parameters::parse(query_text);
  if (!query) return page(400, "The request is not form-encoded.");
  AuthorizeRequest request;
  if (const auto found = find_client(context, *query, request); !found) return page(400, found.error().message());
  request.state = query->repeated("state") ? std::string() : query->get_or_empty("state");
  if (const auto read = read_rest(context, *query, request); !read) {
    return std::unexpected(
        redirect_to_client(context, request, {{"error", read.error().oauth_code().value_or("server_error")}, {"error_description", read.error().message()}}));
  }
  return request;
}

http::Response redirect_to_client(const ProviderContext& context, const AuthorizeRequest& request, FormFields fields) {
  if (!request.state.empty()) fields.emplace_back("state", request.state);
  fields.emplace_back("iss", context.spec.issuer);
  return http::Response::redirect(append_query(request.redirect_uri, fields));
}

}  // namespace vmcpauth::proxy
