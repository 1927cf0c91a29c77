// From an MCP endpoint to the authorization server that issues tokens for it (MCP authorization specification; RFC 9728,
// RFC 8414, OpenID Connect Discovery; without RFC 9728 the rules of revision 2025-03-26). Called by the login and by refreshes.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/client/progress.hpp"
#include "core/client/protected_resource.hpp"
#include "core/client/reach.hpp"
#include "core/oauth/server_metadata.hpp"

namespace vmcpauth::client {

struct DiscoveryRequest {
  Url server;
  std::optional<Url> resource_metadata;  // named by a challenge, or where it was found last time; else the well-known URLs
  std::optional<std::string> issuer;     // the one to use when there are several
  std::optional<std::string> earlier;    // the issuer of an earlier login: preferred when it is still named
  // Asked which of several issuers to use (an index); empty: the first.
  std::function<Task<Result<std::size_t>>(std::vector<std::string>)> choose;
  Trust trust;
};

struct Discovery {
  std::string resource;                                 // for the `resource` parameter
  std::optional<ProtectedResource> protected_resource;  // none: revision 2025-03-26
  std::optional<Url> resource_metadata;                 // where it was
  oauth::ServerMetadata server;
  bool default_endpoints = false;  // the server publishes no metadata either: /authorize, /token, /register of its origin
  http::PeerPolicy peer;           // for requests to the authorization server
};

// BadResponse (documents that cannot be used, another resource, another issuer), NotFound (no metadata of a named issuer),
// InvalidInput (an `issuer` the resource does not name), what `choose` fails with, Unreachable, Timeout, BlockedAddress.
[[nodiscard]] Task<Result<Discovery>> discover_authorization(http::HttpClient& http, DiscoveryRequest request, Progress& progress);

// Only the protected-resource metadata; nullopt when the server has none.
struct FoundResource {
  Url at;
  ProtectedResource document;
};
[[nodiscard]] Task<Result<std::optional<FoundResource>>> find_protected_resource(http::HttpClient& http, DiscoveryRequest request, Progress& progress);

}  // namespace vmcpauth::client
