// Dynamic client registration (RFC 7591) of this program at an authorization server: a native application on the loopback
// interface (RFC 8252, OpenID Connect Registration `application_type`).
#pragma once

#include <string>

#include "core/client/credential.hpp"
#include "core/client/discovery.hpp"

namespace vmcpauth::client {

// What is sent. The method is the first of none, Basic and Post that the metadata lists; none when it is silent, and never for
// client credentials. Without a redirect URI the grant is one that needs none.
[[nodiscard]] std::string registration_body(GrantKind grant, const std::string& redirect_uri, const oauth::ServerMetadata& server);

// UpstreamError (refused, or there is no registration; the message says what to do instead), BadResponse, Unsupported (a method
// we cannot do), Timeout, Unreachable, BlockedAddress.
[[nodiscard]] Task<Result<ClientIdentity>> register_client(http::HttpClient& http, const Discovery& discovery, GrantKind grant, std::string redirect_uri);

}  // namespace vmcpauth::client
