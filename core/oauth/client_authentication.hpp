// How a client names and authenticates itself at the token endpoint (RFC 6749 §2.3): HTTP Basic, form body, or its bare
// client_id. Reading only; whether the secret is right is the server's business.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/base/error.hpp"
#include "core/base/secret.hpp"
#include "core/http/headers.hpp"
#include "core/oauth/parameters.hpp"

namespace vmcpauth::oauth {

enum class ClientAuthMethod : std::uint8_t { None, Basic, Post };

struct ClientCredentials {
  ClientAuthMethod method = ClientAuthMethod::None;
  std::string client_id;
  Secret secret;  // empty for None
};

// nullopt when the request names no client. Both halves of Basic are form-decoded (RFC 6749 §2.3.1). Two methods at once or
// two different client_ids: invalid_request; another scheme, broken Basic, client assertions: invalid_client.
[[nodiscard]] Result<std::optional<ClientCredentials>> read_client_credentials(const http::Headers& headers, const Parameters& form);

// The Authorization header that sends these by Basic.
[[nodiscard]] Secret basic_authorization(std::string_view client_id, const Secret& secret);

}  // namespace vmcpauth::oauth
