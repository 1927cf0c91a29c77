// Which client a login is made as, in the order of the MCP authorization specification: given by hand or kept from an earlier
// login, a metadata document, dynamic registration, else a sentence that says what to do.
#pragma once

#include "core/client/discovery.hpp"
#include "core/client/login_settings.hpp"
#include "core/client/user_agent.hpp"

namespace vmcpauth::client {

struct ChosenClient {
  ClientIdentity identity;
  std::string redirect_uri;  // "" where the grant needs none
};

// `before` is a credential of the same server and issuer, or null. `agent` is null for grants without a browser. Unsupported (nobody
// can be registered), Unavailable (port taken), and the errors of register_client.
[[nodiscard]] Task<Result<ChosenClient>> choose_client(http::HttpClient& http, const LoginSettings& settings, const Discovery& discovery,
                                                       const Credential* before, UserAgent* agent, TimePoint now, Progress& progress);

}  // namespace vmcpauth::client
