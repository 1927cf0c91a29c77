// Giving tokens back to the provider they came from (RFC 7009). The endpoint is the one of its metadata: an OIDC upstream's,
// or what RFC 8414 finds at a plain OAuth 2.0 server. Used by `token revoke`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/base/error.hpp"
#include "core/base/secret.hpp"
#include "core/base/task.hpp"
#include "core/config/runtime.hpp"
#include "core/http/client.hpp"
#include "core/upstream/token_endpoint.hpp"

namespace vmcpauth::upstream {

enum class RevokedKind : std::uint8_t { AccessToken, RefreshToken };

struct RevocationTarget {
  Url endpoint;
  ClientCredentials client;
  http::PeerPolicy policy;
  std::string who;  // `provider "okta"`
};

// Where this upstream takes tokens back; `given` is used instead of looking. NotFound: it has no revocation endpoint (the message says
// what is known of such a provider); errors of oauth::discover.
[[nodiscard]] Task<Result<RevocationTarget>> find_revocation(const config::Upstream& settings, std::optional<Url> given, http::HttpClient& http);

// Done also when the provider does not know the token any more. UpstreamError (unsupported_token_type among others), Timeout, ….
[[nodiscard]] Task<Result<void>> revoke_token(const RevocationTarget& target, Secret token, RevokedKind kind, http::HttpClient& http);

}  // namespace vmcpauth::upstream
