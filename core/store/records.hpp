// What the session store keeps. Plain values; fields follow ToolHive's Redis rows (REFERENCE.md §8) where those
// exist, so that every store can hold exactly what a ToolHive deployment holds. Move-only where a Secret is inside.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/secret.hpp"

namespace vmcpauth::store {

// `client:<id>`. DCR-issued, CIMD snapshots are not stored here.
struct Client {
  std::string id;
  std::optional<std::string> secret_hash;  // hex SHA-256; none = public
  std::vector<std::string> redirect_uris, grant_types, response_types, scopes, audiences;
  std::string token_endpoint_auth_method = "none";  // "" = by either secret method (forced and delegate clients)
  std::string name;
  bool dcr_issued = false;
  TimePoint created_at;
};

// `pending:<state>`: one leg under way. Single use.
struct PendingAuthorization {
  std::string internal_state;  // key; 256 bit
  std::string session_id;      // tsid
  std::string client_id, redirect_uri, state, code_challenge, nonce;
  std::vector<std::string> scopes;
  std::string resource;          // "" = none asked
  bool refresh_allowed = false;  // client's grant types hold refresh_token
  // this leg
  std::string provider;
  int leg = 1;  // counts every redirect to a provider, asked-again ones too
  Secret pkce_verifier;
  std::string upstream_nonce;
  std::string browser_binding;  // SHA-256 of the login cookie, base64url; see authserver
  // resolved by the first leg
  std::string user_id, user_name, user_email;
  TimePoint created_at, expires_at;
  [[nodiscard]] PendingAuthorization clone() const;
};

// How the last refresh of a row went, for people who look (`token list`).
struct RefreshReport {
  TimePoint at;
  bool succeeded = false;
  std::string detail;  // why not, without secrets
};

// `upstream:<tsid>:<provider>`
struct UpstreamTokens {
  std::string provider;
  Secret access_token;
  Secret refresh_token;                 // may be empty
  Secret id_token;                      // may be empty
  std::optional<TimePoint> expires_at;  // none = the provider asserted no expiry
  std::optional<TimePoint> session_expires_at;
  std::string user_id, upstream_subject, client_id;
  std::vector<std::string> scopes;  // granted, as far as the provider said
  // What rows written by ToolHive lack.
  std::string user_name, user_email;  // of user_id
  std::optional<TimePoint> created_at;
  std::optional<TimePoint> last_used_at;  // of the whole session; only touch_session writes it
  std::optional<RefreshReport> last_refresh;
  [[nodiscard]] UpstreamTokens clone() const;
};

// What one authorization granted; codes, refresh tokens and access tokens of it share grant_id (the family).
struct Grant {
  std::string grant_id;
  std::string session_id;  // tsid
  std::string client_id, user_id, user_name, user_email;
  std::vector<std::string> scopes;
  std::vector<std::string> audiences;
  TimePoint created_at;
};

struct AuthorizationCode {
  std::string redirect_uri, code_challenge;
  std::string resource;  // as asked at /authorize; "" = none
  std::string nonce;
  Grant grant;
  TimePoint expires_at;
};

struct RefreshToken {
  Grant grant;
  TimePoint issued_at, expires_at;
};

struct User {
  std::string id;  // UUID
  TimePoint created_at;
};

// `dcr:…`: a registration of ours at an upstream (RFC 7591).
struct UpstreamRegistration {
  std::string client_id;
  std::optional<Secret> client_secret;
  std::string token_endpoint_auth_method;
  std::optional<TimePoint> secret_expires_at;
  [[nodiscard]] UpstreamRegistration clone() const;
};

}  // namespace vmcpauth::store
