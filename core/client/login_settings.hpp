// What the user decided about a login: the options of `vmcpauth login` and `call`, as values. Everything has a default but
// the server.
#pragma once

#include <optional>
#include <string>

#include "core/client/credential.hpp"
#include "core/client/reach.hpp"

namespace vmcpauth::client {

struct LoginSettings {
  Url server;
  std::optional<std::string> issuer;
  std::optional<ClientIdentity> client;            // given by hand: id with secret or key, or neither
  std::optional<std::string> client_metadata_url;  // CIMD
  oauth::Scopes scopes;                            // asked for instead of the server's own list
  GrantKind grant = GrantKind::AuthorizationCode;
  std::optional<GrantSource> source;  // JwtBearer and IdentityAssertion: where the three below come from; kept with the credential
  std::optional<Secret> assertion;    // JwtBearer: the assertion; IdentityAssertion: the ID token
  // IdentityAssertion: where the ID token is exchanged, and as whom.
  std::optional<Url> idp_token_endpoint;
  std::optional<ClientIdentity> idp_client;
  bool dpop = false;  // demanded; else used when the server asks for it
  Trust trust;
  [[nodiscard]] LoginSettings clone() const;
};

}  // namespace vmcpauth::client
