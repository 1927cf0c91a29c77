// The tables of the memory store and what holds between them. Private to memory_store*.cpp; used with the mutex held.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "core/base/guarded.hpp"
#include "core/store/expiring_table.hpp"
#include "core/store/memory_store.hpp"
#include "core/store/retention.hpp"

namespace vmcpauth::store {

struct RefreshClaim {
  std::string owner;
  TimePoint until;
};

struct StoredSession {
  std::map<std::string, UpstreamTokens> rows;  // by provider
  std::map<std::string, RefreshClaim> claims;  // by provider
  std::optional<TimePoint> last_used_at;
  bool granted = false;  // a code was issued for it

  [[nodiscard]] UpstreamTokens copy_of(const UpstreamTokens& row) const {
    auto copy = row.clone();
    copy.last_used_at = last_used_at;
    return copy;
  }
};

struct StoredRefresh {
  RefreshToken token;
  bool used = false;
};

struct StoredGrant {
  bool revoked = false;
};

struct StoredUser {
  std::string provider, subject;
  User user;
};

struct MemoryTables {
  std::map<std::string, Client> fixed_clients;
  ExpiringTable<Client> dcr_clients;  // expiry = last use + idle time
  ExpiringTable<PendingAuthorization> pending;
  ExpiringTable<AuthorizationCode> codes;
  ExpiringTable<Grant> used_codes;
  ExpiringTable<StoredRefresh> refresh_tokens;
  ExpiringTable<StoredGrant> grants;  // expiry = the last of its tokens'
  ExpiringTable<StoredSession> sessions;
  std::map<std::string, StoredUser> users;  // by provider and subject
  ExpiringTable<std::monostate> once_keys;  // by hex SHA-256 of the key
  std::map<std::string, UpstreamRegistration> registrations;
  std::map<std::string, Secret> kept;

  // A leg or code went unused: nobody can reach the session any more unless a code of it was issued.
  void abandon(const std::string& session_id) {
    const auto* session = sessions.find(session_id);
    if (session != nullptr && !session->granted) sessions.erase(session_id);
  }
  // The grant's record lives as long as the longest of its tokens.
  void extend_grant(const std::string& grant_id, TimePoint expires_at) {
    const auto current = grants.expiry(grant_id);
    if (!current) {
      grants.put(grant_id, {}, expires_at);
    } else if (*current < expires_at) {
      grants.set_expiry(grant_id, expires_at);
    }
  }
};

inline TimePoint session_expiry(const StoredSession& session, Seconds retention) {
  auto latest = TimePoint::min();
  for (const auto& [provider, row] : session.rows) latest = std::max(latest, row_expiry(row, retention));
  return latest;
}

// Length-prefixed, so that no provider name can run into a subject.
inline std::string identity_key(const std::string& provider, const std::string& subject) {
  return std::to_string(provider.size()) + ":" + provider + ":" + subject;
}

struct MemoryStore::State {
  Guarded<MemoryTables> tables;
};

}  // namespace vmcpauth::store
