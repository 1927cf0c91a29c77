// What clients read before they talk to us: RFC 8414 and OpenID Connect Discovery metadata, and the JWK set. Built once.
#pragma once

#include "core/authserver/context.hpp"

namespace vmcpauth::authserver {

struct DiscoveryDocuments {
  std::string oauth_metadata, openid_configuration, jwks;
};

[[nodiscard]] DiscoveryDocuments make_discovery_documents(const Context& context);

// Public, cacheable for an hour, readable from any web page.
[[nodiscard]] http::Response discovery_response(const std::string& document);

// Cross-origin access for browser-based MCP clients. The endpoints that use it take no cookies and give nothing to a page that
// it could not get from a server of its own.
void allow_any_origin(http::Headers& headers);
[[nodiscard]] http::Response preflight_response(std::string_view methods);

}  // namespace vmcpauth::authserver
