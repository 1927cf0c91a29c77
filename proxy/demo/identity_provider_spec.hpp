// What a built-in identity provider is told at construction: who its clients are and the shape of its answers. Made by
// demo_config (demo world) and mock_upstreams (stand-ins for the upstreams of a real manifest).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/secret.hpp"

namespace vmcpauth::proxy {

struct DemoUser {
  std::string subject, name, email;
};

// Three people to sign in as; the same at every built-in provider, with subjects of the provider's own.
[[nodiscard]] std::vector<DemoUser> built_in_users(std::string_view provider_name);

enum class ProviderKind : std::uint8_t { Oidc, OAuth2 };
enum class RefreshTokens : std::uint8_t { WithOfflineAccess, Always, Never };
enum class TokenFormat : std::uint8_t { Json, Form };

// A confidential (secret) or public client known from the start.
struct ProviderClient {
  std::string client_id;
  std::optional<Secret> client_secret;
  std::vector<std::string> redirect_uris;       // compared byte for byte; empty = no authorization code flow
  bool may_exchange = false;                    // RFC 8693 at /token
  std::vector<std::string> exchange_audiences;  // empty = any
};

// Where things go in the token answer: gjson-style dot paths, "" = the standard member (mapping) or nowhere (identity).
// An identity path of the form `member|@upstreamjwt|claim` puts a claim into a JWT at that member.
struct TokenAnswer {
  TokenFormat format = TokenFormat::Json;  // Form cannot nest and ignores the paths
  std::string access_token_path, scope_path, refresh_token_path, expires_in_path;
  std::string subject_path, name_path, email_path;
  bool errors_with_status_200 = false;  // as GitHub does
};

struct UserInfoAnswer {
  std::vector<std::string> subject_fields{"sub"}, name_fields{"name"}, email_fields{"email"};
};

struct Registration {
  std::optional<Secret> initial_access_token;  // demanded as a bearer when set (RFC 7591 §3)
};

struct IdentityProviderSpec {
  std::string name;    // the upstream's name
  std::string issuer;  // base URL: a local origin, or one with a path; no trailing slash
  ProviderKind kind = ProviderKind::Oidc;
  std::vector<ProviderClient> clients;
  std::optional<Registration> registration;  // none = no /register
  TokenAnswer token_answer;
  UserInfoAnswer userinfo_answer;
  std::string subject_claim = "sub";  // further claim of the ID token that carries the subject
  std::string audience;               // of access tokens; "" = "api://<name>"
  RefreshTokens refresh_tokens = RefreshTokens::WithOfflineAccess;
  bool anonymous_exchange = false;  // token exchange without client authentication
  Seconds access_token_lifetime{std::chrono::minutes(5)};
  Seconds refresh_token_lifetime{std::chrono::hours(8)};
  std::vector<DemoUser> users;  // empty = built_in_users(name)
};

}  // namespace vmcpauth::proxy
