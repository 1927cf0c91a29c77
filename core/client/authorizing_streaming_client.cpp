#include "core/client/authorizing_streaming_client.hpp"

namespace vmcpauth::client {

Task<Result<std::unique_ptr<http::ResponseStream>>> AuthorizingStreamingClient::open(http::StreamRequest request) {
  AuthorizedRequest way(access_, request.method, request.url);
  while (true) {
    http::Headers plain = request.headers;
    CO_TRY(auto headers, co_await way.authorize(std::move(plain)));
    http::StreamRequest signed_request = request;
    signed_request.headers = std::move(headers);
    auto stream = co_await inner_.open(std::move(signed_request));
    if (!stream) {
      co_await way.give_up(stream.error());
      co_return stream;
    }
    http::Headers answered = (*stream)->headers();
    CO_TRY(const bool again, co_await way.should_try_again((*stream)->status(), std::move(answered)));
    if (!again) co_return stream;
  }
}

}  // namespace vmcpauth::client
