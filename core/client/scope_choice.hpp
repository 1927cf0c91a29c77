// Which scopes a login asks for (MCP authorization specification, scope selection strategy): what the user said; else the
// challenge's; else all that the resource supports; else none. A pure rule.
#pragma once

#include "core/oauth/scope.hpp"

namespace vmcpauth::client {

struct ScopeSources {
  oauth::Scopes wanted;     // --scope
  oauth::Scopes challenge;  // of the 401 or 403
  oauth::Scopes resource;   // scopes_supported of the protected resource
  oauth::Scopes server;     // scopes_supported of the authorization server
  oauth::Scopes before;     // asked for earlier: a step-up keeps them
};

// offline_access joins when the authorization server lists it, so that there is a refresh token, and leaves when it does not;
// unless the user chose the scopes, or there are none: then the server's own default is better than offline_access alone.
[[nodiscard]] oauth::Scopes choose_scopes(const ScopeSources& sources);

}  // namespace vmcpauth::client
