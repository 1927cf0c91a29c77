// The store port: memory, SQLite and Redis fulfil the same contract (tests/contract). Every operation is atomic;
// single use (take_pending, redeem_code, rotate_refresh) is enforced inside the store, never by read-then-write
// in a caller. Opaque tokens are keyed by the caller's signature of them, never by the token itself.
// Errors: Unavailable when the store cannot answer; TooLarge when a bound of the store is reached.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/base/error.hpp"
#include "core/base/task.hpp"
#include "core/store/records.hpp"

namespace vmcpauth::store {

struct CodeUnknown {};
struct CodeReplayed {
  Grant grant;  // what the first redemption issued; the caller revokes it
};
using CodeRedemption = std::variant<AuthorizationCode, CodeReplayed, CodeUnknown>;

struct RefreshUnknown {};
struct RefreshReused {
  Grant grant;  // the family, to be revoked
};
using RefreshRotation = std::variant<RefreshToken, RefreshReused, RefreshUnknown>;

// last_used_at is exact to this much; finer would cost a write a request.
inline constexpr Seconds kUseGrain{60};

class SessionStore {
 public:
  virtual ~SessionStore() = default;

  // -- clients. TooLarge when full and no DCR client is old enough to be evicted.
  virtual Task<Result<void>> put_client(Client client) = 0;
  virtual Task<Result<std::optional<Client>>> find_client(std::string id) = 0;
  // A token was issued to it: a DCR client in use is neither evicted first nor expired. Unknown ids are ignored.
  virtual Task<Result<void>> touch_client(std::string id, TimePoint now) = 0;

  // -- pending legs. When one is dropped unused (expired, evicted) and its session never got a code, the upstream tokens
  // of the session's earlier legs go with it.
  virtual Task<Result<void>> put_pending(PendingAuthorization pending) = 0;
  // Gets and deletes in one step; nullopt when unknown, used or expired.
  virtual Task<Result<std::optional<PendingAuthorization>>> take_pending(std::string internal_state, TimePoint now) = 0;

  // -- authorization codes
  virtual Task<Result<void>> put_code(std::string signature, AuthorizationCode code) = 0;
  // First call returns the code, later ones CodeReplayed until the code would have expired and its grant too.
  virtual Task<Result<CodeRedemption>> redeem_code(std::string signature, TimePoint now) = 0;

  // -- refresh tokens
  virtual Task<Result<void>> put_refresh(std::string signature, RefreshToken token) = 0;
  // Looks without using: for the checks that must precede rotation (client, expiry, scope). Used or revoked
  // ones give RefreshReused.
  virtual Task<Result<RefreshRotation>> find_refresh(std::string signature, TimePoint now) = 0;
  // Atomically marks the old one used and stores the next. A second rotation of the same token stores nothing
  // and gives RefreshReused.
  virtual Task<Result<RefreshRotation>> rotate_refresh(std::string old_signature, std::string new_signature, RefreshToken next, TimePoint now) = 0;

  // Ends a grant: its refresh tokens are used up, and its session's upstream tokens go (none, when it names no session).
  virtual Task<Result<void>> revoke_grant(Grant grant, TimePoint now) = 0;
  [[nodiscard]] virtual Task<Result<bool>> is_grant_revoked(std::string grant_id, TimePoint now) = 0;

  // -- upstream tokens
  virtual Task<Result<void>> put_upstream_tokens(std::string session_id, UpstreamTokens tokens) = 0;
  virtual Task<Result<std::optional<UpstreamTokens>>> find_upstream_tokens(std::string session_id, std::string provider, TimePoint now) = 0;
  virtual Task<Result<std::vector<UpstreamTokens>>> list_upstream_tokens(std::string session_id, TimePoint now) = 0;
  // Stores `fresh` only while the row still holds `expected_refresh_token` (another process may have been faster).
  virtual Task<Result<bool>> replace_upstream_tokens(std::string session_id, std::string expected_refresh_token, UpstreamTokens fresh) = 0;
  virtual Task<Result<void>> erase_session(std::string session_id) = 0;
  // The session was used now, for people who look. Callers keep it coarse (kUseGrain); unknown sessions are ignored.
  virtual Task<Result<void>> touch_session(std::string session_id, TimePoint now) = 0;

  // -- refreshing a row, once among all processes that share the store
  // True: nobody else may refresh the row before `until` or end_refresh(). `owner` is fresh and unique to the attempt.
  virtual Task<Result<bool>> claim_refresh(std::string session_id, std::string provider, std::string owner, TimePoint now, TimePoint until) = 0;
  // Gives the claim back if it is still the owner's, and keeps the report in the row if there is one.
  virtual Task<Result<void>> end_refresh(std::string session_id, std::string provider, std::string owner, std::optional<RefreshReport> report) = 0;

  // -- users: (provider, upstream subject) → internal user, found or created atomically.
  virtual Task<Result<User>> find_or_create_user(std::string provider, std::string subject, std::string new_id, TimePoint now) = 0;

  // -- single-use identifiers (assertion jti, DPoP jti). False when it was there already.
  virtual Task<Result<bool>> remember_once(std::string key, TimePoint expires_at, TimePoint now) = 0;

  // -- our registrations at upstreams
  virtual Task<Result<void>> put_registration(std::string key, UpstreamRegistration registration) = 0;
  virtual Task<Result<std::optional<UpstreamRegistration>>> find_registration(std::string key, TimePoint now) = 0;

  // -- what processes that share the store must agree on (generated keys): the value kept under the name; `value`, when there
  // was none. Kept for ever.
  virtual Task<Result<Secret>> keep(std::string name, Secret value) = 0;

  // Drops what has expired; called once a minute by the composition root. Bounded work a call.
  virtual Task<Result<void>> sweep(TimePoint now) = 0;
};

}  // namespace vmcpauth::store
