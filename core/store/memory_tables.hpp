// The tables of the memory store and what holds between them. Private to memory_store*.cpp; used with the mutex held.
#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <variant>

#include "core/base/guarded.hpp"
#include "core/store/expiring_table.hpp"
#include "core/store/memory_store.hpp"

namespace vmcpauth::store {

struct StoredSession {
  std::map<std::string, UpstreamTokens> rows;  // by provider
  bool granted = false;                        // a code was issued for it
};

struct StoredRefresh {
  RefreshToken token;
  bool used = false;
};

struct StoredGrant {
  bool revoked = false;
};

struct MemoryTables {
  std::unordered_map<std::string, Client> fixed_clients;
  ExpiringTable<Client> dcr_clients;  // expiry = last use + idle time
  ExpiringTable<PendingAuthorization> pending;
  ExpiringTable<AuthorizationCode> codes;
  ExpiringTable<Grant> used_codes;
  ExpiringTable<StoredRefresh> refresh_tokens;
  ExpiringTable<StoredGrant> grants;  // expiry = the last of its tokens'
  ExpiringTable<StoredSession> sessions;
  std::unordered_map<std::string, User> users;  // by provider and subject
  ExpiringTable<std::monostate> once_keys;
  std::unordered_map<std::string, UpstreamRegistration> registrations;

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

struct MemoryStore::State {
  Guarded<MemoryTables> tables;
};

}  // namespace vmcpauth::store
