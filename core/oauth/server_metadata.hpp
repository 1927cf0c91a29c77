// What an authorization server or OpenID provider says about itself (RFC 8414, OpenID Connect Discovery 1.0), and
// how to find it from an issuer. Used for upstreams, external issuers, trusted issuers and the login client.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.hpp"
#include "core/base/json.hpp"
#include "core/base/task.hpp"
#include "core/base/url.hpp"
#include "core/http/client.hpp"

namespace vmcpauth::oauth {

struct ServerMetadata {
  std::string issuer;
  std::optional<Url> authorization_endpoint, token_endpoint, jwks_uri, registration_endpoint, userinfo_endpoint, introspection_endpoint, revocation_endpoint;
  std::vector<std::string> scopes_supported, response_types_supported, grant_types_supported, code_challenge_methods_supported;
  // Empty when the member is absent (RFC 8414 §2: then client_secret_basic is meant).
  std::vector<std::string> token_endpoint_auth_methods_supported, introspection_endpoint_auth_methods_supported;
  std::vector<std::string> id_token_signing_alg_values_supported;
  bool authorization_response_iss_parameter_supported = false;  // RFC 9207
  bool client_id_metadata_document_supported = false;
  Json document;  // everything, for display
};

using ServerMetadataPtr = std::shared_ptr<const ServerMetadata>;

// Reads a metadata document; its issuer must equal `issuer` byte for byte (RFC 8414 §3.3). Endpoints must be https,
// or http where `peer` lets a request go: to loopback, or anywhere with allow_http. BadResponse.
[[nodiscard]] Result<ServerMetadata> parse_server_metadata(std::string_view json_text, std::string_view issuer, const http::PeerPolicy& peer);

// True when a request to this URL may be made in the clear or need not: https, loopback, or allow_http.
[[nodiscard]] bool is_scheme_allowed(const Url& url, const http::PeerPolicy& peer) noexcept;

enum class DiscoveryOrder : std::uint8_t {
  OpenId,  // OIDC path appending, then RFC 8414 insertion, then OIDC insertion: issuers known to be OpenID providers
  OAuth,   // RFC 8414 insertion, OIDC insertion, OIDC appending: the order of the MCP specification
};

// The well-known URLs to try, in order, without duplicates. A terminating "/" of the issuer's path is left out.
// InvalidInput when the issuer is not a URL, or has a query or fragment.
[[nodiscard]] Result<std::vector<Url>> discovery_urls(std::string_view issuer, DiscoveryOrder order);

struct DiscoverySettings {
  std::string issuer;
  DiscoveryOrder order = DiscoveryOrder::OpenId;
  http::PeerPolicy peer;
};

// Tries the URLs in order; an answer other than a fitting document (404, HTML, another issuer) leads to the next.
// The error is the most telling of all: a refused document before a status. Unreachable, Timeout and BlockedAddress end it at
// once. BadResponse, NotFound (no URL had a document), InvalidInput (issuer; http not allowed).
[[nodiscard]] Task<Result<ServerMetadata>> discover(http::HttpClient& client, DiscoverySettings settings);

}  // namespace vmcpauth::oauth
