// GET /oauth/callback: a provider sends the browser back. The state selects and consumes the pending leg; the cookie proves
// that it is the browser the login began in. The leg, not the request, says which provider this must be (mix-up defence).
#pragma once

#include "core/authserver/login_chain.hpp"

namespace vmcpauth::authserver {

class CallbackEndpoint {
 public:
  CallbackEndpoint(const Context& context, LoginChain& chain) : context_(context), chain_(chain) {}
  [[nodiscard]] Task<http::Response> handle(http::Request request);

 private:
  const Context& context_;
  LoginChain& chain_;
};

}  // namespace vmcpauth::authserver
