// Anything a store holds, with its key: what a dump is made of and what moves between stores. JSON forms in record_json.hpp.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "core/base/error.hpp"
#include "core/store/records.hpp"

namespace vmcpauth::store {

struct ClientRecord {
  Client client;
  std::optional<TimePoint> expires_at;  // DCR clients: last use + idle time
};
struct PendingRecord {
  PendingAuthorization pending;
};
struct CodeRecord {
  std::string signature;
  AuthorizationCode code;  // of a used one only `grant` and `expires_at` may be known
  bool used = false;
};
struct RefreshRecord {
  std::string signature;
  RefreshToken token;
  bool used = false;
};
struct RevokedGrantRecord {
  std::string grant_id;
  TimePoint expires_at;  // forgotten then
};
struct UpstreamRecord {
  std::string session_id;
  UpstreamTokens tokens;
};
struct UserRecord {
  std::string provider, subject;
  User user;
};
struct OnceRecord {
  std::string digest;  // hex SHA-256 of the key, as ToolHive's assertion-jwt:<sha256>
  TimePoint expires_at;
};
struct RegistrationRecord {
  std::string key;
  UpstreamRegistration registration;
};

using Record =
    std::variant<ClientRecord, PendingRecord, CodeRecord, RefreshRecord, RevokedGrantRecord, UpstreamRecord, UserRecord, OnceRecord, RegistrationRecord>;

// "client", "pending", "code", "refresh", "revoked_grant", "upstream", "user", "once", "registration".
[[nodiscard]] std::string_view kind_of(const Record& record) noexcept;
// When the record is of no use any more; TimePoint::max() for never.
[[nodiscard]] TimePoint expiry_of(const Record& record) noexcept;

}  // namespace vmcpauth::store
