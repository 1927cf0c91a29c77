// GET or POST /oauth/authorize (RFC 6749 §4.1.1, RFC 7636, RFC 8707, OIDC Core §3.1.2.1): checks the client's request and
// sends the browser to the first upstream. Until client and redirect URI are known good, errors are a page (RFC 6749 §4.1.2.1).
#pragma once

#include "core/authserver/login_chain.hpp"
#include "core/oauth/parameters.hpp"

namespace vmcpauth::authserver {

class AuthorizeEndpoint {
 public:
  AuthorizeEndpoint(const Context& context, ClientDirectory& clients, LoginChain& chain) : context_(context), clients_(clients), chain_(chain) {}
  [[nodiscard]] Task<http::Response> handle(http::Request request);

 private:
  // The parameters of query or form; errors become pages.
  [[nodiscard]] static Result<oauth::Parameters> parameters_of(const http::Request& request);
  [[nodiscard]] Task<Result<store::Client>> trusted_client(const oauth::Parameters& parameters);
  [[nodiscard]] Result<store::PendingAuthorization> check(const oauth::Parameters& parameters, const store::Client& client) const;
  [[nodiscard]] Result<std::vector<std::string>> scopes_for(const oauth::Parameters& parameters, const store::Client& client) const;

  const Context& context_;
  ClientDirectory& clients_;
  LoginChain& chain_;
};

}  // namespace vmcpauth::authserver
