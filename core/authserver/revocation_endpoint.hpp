// POST /oauth/revoke (RFC 7009): a client gives back a refresh token, and everything that came of its login ends: the
// family of refresh tokens and the session's upstream tokens. A token that means nothing here is answered like one that did.
#pragma once

#include "core/authserver/client_directory.hpp"

namespace vmcpauth::authserver {

class RevocationEndpoint {
 public:
  RevocationEndpoint(const Context& context, ClientDirectory& clients) : context_(context), clients_(clients) {}
  [[nodiscard]] Task<http::Response> handle(http::Request request);

 private:
  [[nodiscard]] Task<Result<void>> revoke(http::Request request);

  const Context& context_;
  ClientDirectory& clients_;
};

}  // namespace vmcpauth::authserver
