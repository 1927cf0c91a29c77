// AuthorizingHttpClient's sibling for answers that are read as they come.
#pragma once

#include "core/client/authorized_request.hpp"
#include "core/http/streaming_client.hpp"

namespace vmcpauth::client {

class AuthorizingStreamingClient final : public http::StreamingClient {
 public:
  // Both outlive the client and its tasks.
  AuthorizingStreamingClient(http::StreamingClient& inner, ServerAccess& access) : inner_(inner), access_(access) {}

  // As the inner client, and Unauthenticated or Forbidden (see AuthorizedRequest) instead of a 401 or a 403 for lack of scope.
  [[nodiscard]] Task<Result<std::unique_ptr<http::ResponseStream>>> open(http::StreamRequest request) override;

 private:
  http::StreamingClient& inner_;
  ServerAccess& access_;
};

}  // namespace vmcpauth::client
