// An HttpClient that signs requests to one MCP server in: it adds the credential and, when that is refused, refreshes it,
// logs in or steps up as far as its TokenSource may, and makes the request again. Requests to anywhere else pass untouched.
#pragma once

#include "core/client/authorized_request.hpp"
#include "core/http/client.hpp"

namespace vmcpauth::client {

class AuthorizingHttpClient final : public http::HttpClient {
 public:
  // Both outlive the client and its tasks.
  AuthorizingHttpClient(http::HttpClient& inner, ServerAccess& access) : inner_(inner), access_(access) {}

  // As the inner client, and Unauthenticated or Forbidden (see AuthorizedRequest) instead of a 401 or a 403 for lack of scope.
  // Redirects are never followed: the credential is for one server. A request whose answer was a refusal is sent again.
  [[nodiscard]] Task<Result<http::ClientResponse>> send(http::ClientRequest request) override;

 private:
  http::HttpClient& inner_;
  ServerAccess& access_;
};

}  // namespace vmcpauth::client
