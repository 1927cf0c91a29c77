// POST /oauth/token (RFC 6749 §3.2): reads the form, authenticates the client, hands the request to its grant and
// answers in JSON, never to be cached.
#pragma once

#include "core/authserver/assertion_grants.hpp"
#include "core/authserver/client_directory.hpp"
#include "core/authserver/login_grants.hpp"

namespace vmcpauth::authserver {

class TokenEndpoint {
 public:
  TokenEndpoint(const Context& context, ClientDirectory& clients);
  [[nodiscard]] Task<http::Response> handle(http::Request request);

 private:
  struct Outcome {
    Json response;
    std::string client_id;
  };
  [[nodiscard]] Task<Result<Outcome>> redeem(http::Request request);

  const Context& context_;
  ClientDirectory& clients_;
  LoginGrants login_grants_;
  AssertionGrants assertion_grants_;
};

}  // namespace vmcpauth::authserver
