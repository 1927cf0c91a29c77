// An authorization request that has passed every check (RFC 6749 §4.1.1, OIDC Core §3.1.2.1, RFC 7636): the GET that shows
// the sign-in page and the POST of its form read the same query again. Internal to proxy/demo.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "proxy/demo/parameters.hpp"
#include "proxy/demo/provider_context.hpp"

namespace vmcpauth::proxy {

struct AuthorizeRequest {
  ClientPtr client;
  std::string redirect_uri, state, nonce, code_challenge, audience, login_hint;
  std::vector<std::string> scopes;
};

// Else the answer: a page while client or redirect URI are in doubt, a redirect with the error after that.
[[nodiscard]] std::expected<AuthorizeRequest, http::Response> read_authorize_request(ProviderContext& context, const std::string& query);

// To the client, with `state` and `iss` (RFC 9207).
[[nodiscard]] http::Response redirect_to_client(const ProviderContext& context, const AuthorizeRequest& request, FormFields fields);

}  // namespace vmcpauth::proxy
