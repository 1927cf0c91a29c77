// ToolHive's JSON rows, and ours beside them, from and to records. Pure; what a row of ToolHive lacks is empty in the record.
// Readers fail with InvalidInput and never trust a row to be whole.
#pragma once

#include <string>
#include <string_view>

#include "core/store/record.hpp"

namespace vmcpauth::store::redis {

// The value of a row that was deleted and leaves a tombstone.
inline constexpr std::string_view kTombstone = "null";

// A value and what is kept beside it in a key of ours ("" = nothing).
struct Value {
  std::string row;
  std::string extra;
};

// -- upstream:<tsid>:<provider>; the provider is the key's, whatever the row says.
[[nodiscard]] std::string upstream_row(const UpstreamTokens& tokens);
[[nodiscard]] std::string upstream_extra(const UpstreamTokens& tokens);
[[nodiscard]] Result<UpstreamTokens> read_upstream(std::string provider, std::string_view row);
// Adds what our keys know; damaged ones are as good as none.
void read_upstream_extra(UpstreamTokens& tokens, std::string_view extra);
[[nodiscard]] std::string report_value(const RefreshReport& report);
[[nodiscard]] std::optional<RefreshReport> read_report(std::string_view value);

// -- pending:<state>
[[nodiscard]] Value pending_value(const PendingAuthorization& pending);
[[nodiscard]] Result<PendingAuthorization> read_pending(std::string_view row, std::string_view extra);

// -- client:<id>; a row without an authentication method that expires was registered dynamically.
[[nodiscard]] Value client_value(const Client& client);
[[nodiscard]] Result<Client> read_client(std::string_view row, std::string_view extra, bool expires);

// -- authcode:<signature>, refresh:<signature>: a fosite session; request_id is the grant, UpstreamSessionID the tsid.
[[nodiscard]] std::string code_row(const AuthorizationCode& code);
[[nodiscard]] Result<AuthorizationCode> read_code(std::string_view row);
[[nodiscard]] std::string refresh_row(const RefreshToken& token);
[[nodiscard]] Result<RefreshToken> read_refresh(std::string_view row);

// -- user:<id>, provider:<len>:<provider>:<subject>
[[nodiscard]] std::string user_row(const User& user);
[[nodiscard]] std::string identity_row(const UserRecord& record, TimePoint now);
[[nodiscard]] Result<UserRecord> read_identity(std::string_view row);
[[nodiscard]] Result<User> read_user(std::string_view row);

// -- dcr:<key>
[[nodiscard]] std::string registration_row(std::string_view key, const UpstreamRegistration& registration, TimePoint now);
[[nodiscard]] Result<UpstreamRegistration> read_registration(std::string_view row);

}  // namespace vmcpauth::store::redis
