// What a login leaves behind for one (server, issuer, client): tokens, who we are there, and how the tokens came, so that
// they can be renewed without asking. Written and read as JSON, which only ever lies sealed on disk (credential_store.hpp).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.hpp"
#include "core/client/client_identity.hpp"
#include "core/client/grant_source.hpp"
#include "core/client/token_source.hpp"

namespace vmcpauth::client {

enum class GrantKind : std::uint8_t { AuthorizationCode, DeviceCode, ClientCredentials, JwtBearer, IdentityAssertion };

[[nodiscard]] std::string_view to_string(GrantKind kind) noexcept;  // "authorization_code", …
// Without one the grant can run again by itself.
[[nodiscard]] constexpr bool needs_person(GrantKind kind) noexcept { return kind == GrantKind::AuthorizationCode || kind == GrantKind::DeviceCode; }

struct Credential {
  std::string server;    // URL of the MCP endpoint as the user gave it
  std::string issuer;    // of the authorization server
  std::string resource;  // what the token is for
  std::optional<Url> resource_metadata;
  ClientIdentity client;
  GrantKind grant = GrantKind::AuthorizationCode;
  std::optional<GrantSource> source;   // JwtBearer and IdentityAssertion: what they began with, by name
  Secret access_token, refresh_token;  // empty = none
  Secret dpop_key;                     // PEM; empty = Bearer
  oauth::Scopes scopes_asked, scopes;  // asked for; granted (as asked when the server was silent)
  TimePoint obtained_at;
  std::optional<TimePoint> expires_at;  // none = no expiry asserted

  [[nodiscard]] Credential clone() const;
  // Good for a request now: there is a token and it does not expire within the next few seconds.
  [[nodiscard]] bool is_usable(TimePoint now) const noexcept;
  // InvalidInput when the DPoP key cannot be read.
  [[nodiscard]] Result<AccessToken> token() const;
};

[[nodiscard]] Secret write_credential(const Credential& credential);
// Strict: InvalidInput names the member that is wrong, never its value.
[[nodiscard]] Result<Credential> read_credential(std::string_view json_text);

}  // namespace vmcpauth::client
