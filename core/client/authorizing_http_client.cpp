#include "core/client/authorizing_http_client.hpp"

namespace vmcpauth::client {

Task<Result<http::ClientResponse>> AuthorizingHttpClient::send(http::ClientRequest request) {
  if (access_.covers(request.url)) request.max_redirects = 0;
  AuthorizedRequest way(access_, request.method, request.url);
  while (true) {
    http::Headers plain = request.headers;
    CO_TRY(auto headers, co_await way.authorize(std::move(plain)));
    http::ClientRequest signed_request = request;
    signed_request.headers = std::move(headers);
    auto response = co_await inner_.send(std::move(signed_request));
    if (!response) {
      co_await way.give_up(response.error());
      co_return response;
    }
    http::Headers answered = response->headers;
    CO_TRY(const bool again, co_await way.should_try_again(response->status, std::move(answered)));
    if (!again) co_return response;
  }
}

}  // namespace vmcpauth::client
