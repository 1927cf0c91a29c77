// Who we are at an authorization server and how we prove it at its token endpoint (RFC 6749 §2.3, RFC 7523 §2.2): no secret,
// Basic, form body, or an assertion signed by a key of ours. Kept with the credential.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/encoding.hpp"
#include "core/base/error.hpp"
#include "core/base/random.hpp"
#include "core/base/secret.hpp"
#include "core/http/headers.hpp"
#include "core/oauth/server_metadata.hpp"

namespace vmcpauth::client {

enum class AuthMethod : std::uint8_t { None, Basic, Post, PrivateKeyJwt };

[[nodiscard]] std::string_view to_string(AuthMethod method) noexcept;  // RFC 7591 §2: "none", …
[[nodiscard]] std::optional<AuthMethod> parse_auth_method(std::string_view name) noexcept;

// How a client_id came to be, in the order the MCP specification prefers them.
enum class ClientOrigin : std::uint8_t { Given, MetadataDocument, Registered };

struct ClientIdentity {
  std::string id;
  AuthMethod method = AuthMethod::None;
  Secret secret;       // Basic and Post
  Secret key_pem;      // PrivateKeyJwt
  std::string key_id;  // `kid` of the assertion; "" = none
  ClientOrigin origin = ClientOrigin::Given;
  std::string redirect_uri;                    // that it was registered with; "" = unknown
  std::optional<TimePoint> secret_expires_at;  // none = never
  [[nodiscard]] ClientIdentity clone() const;
};

// With a key private_key_jwt; with a secret the first of Basic and Post that the metadata lists (Basic when it lists neither,
// RFC 8414 §2); else none.
[[nodiscard]] AuthMethod choose_method(const ClientIdentity& client, const oauth::ServerMetadata& server);

struct AssertionContext {
  std::string audience;  // the issuer: a server that is not the one meant cannot use it elsewhere
  TimePoint now;
  Random& random;
};

// Adds what the method needs to a form POST. InvalidInput when the key cannot be read.
[[nodiscard]] Result<void> authenticate(const ClientIdentity& client, const AssertionContext& context, FormFields& form, http::Headers& headers);

}  // namespace vmcpauth::client
