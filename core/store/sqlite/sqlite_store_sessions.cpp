// Logins, codes, refresh tokens and the upstream tokens they lead to.
#include <algorithm>

#include "core/store/retention.hpp"
#include "core/store/sqlite/store_work.hpp"

namespace vmcpauth::store {
namespace {

using sqlite::Rows;

Result<bool> is_revoked(Rows& rows, const std::string& grant_id, TimePoint now) {
  TRY(const auto row, rows.find("revoked_grant", grant_id));
  return row && (!row->expires_at || *row->expires_at > now);
}

Result<RefreshRotation> look_up(Rows& rows, const std::string& signature, TimePoint now) {
  TRY(auto row, rows.find("refresh", signature));
  if (!row) return RefreshUnknown{};
  auto& token = std::get<RefreshRecord>(row->record).token;
  if (token.expires_at <= now) return RefreshUnknown{};
  TRY(const bool revoked, is_revoked(rows, token.grant.grant_id, now));
  if (row->used || revoked) return RefreshReused{std::move(token.grant)};
  return std::move(token);
}

bool is_over(const UpstreamTokens& row, TimePoint now) { return row_expiry(row) <= now; }

}  // namespace

Task<Result<void>> SqliteStore::put_code(std::string signature, AuthorizationCode code) {
  return write([record = Record(CodeRecord{std::move(signature), std::move(code), false})](Rows& rows) -> Result<void> {
    const auto& stored = std::get<CodeRecord>(record).code;
    TRY_VOID(rows.set_claim_by(stored.grant.session_id, stored.expires_at));
    return rows.put(record);
  });
}

Task<Result<CodeRedemption>> SqliteStore::redeem_code(std::string signature, TimePoint now) {
  return write([signature = std::move(signature), now](Rows& rows) -> Result<CodeRedemption> {
    TRY(auto row, rows.find("code", signature));
    if (!row) return CodeUnknown{};
    auto& code = std::get<CodeRecord>(row->record).code;
    if (row->used) {
      if (row->expires_at && *row->expires_at <= now) return CodeUnknown{};
      return CodeReplayed{std::move(code.grant)};
    }
    if (code.expires_at <= now) return CodeUnknown{};
    TRY_VOID(rows.mark_used("code", signature, code.expires_at + kReplayMemory));
    TRY_VOID(rows.set_claim_by(code.grant.session_id, std::nullopt));
    return std::move(code);
  });
}

Task<Result<void>> SqliteStore::put_refresh(std::string signature, RefreshToken token) {
  return write([record = RefreshRecord{std::move(signature), std::move(token), false}](Rows& rows) { return rows.put(record); });
}

Task<Result<RefreshRotation>> SqliteStore::find_refresh(std::string signature, TimePoint now) {
  return read([signature = std::move(signature), now](Rows& rows) { return look_up(rows, signature, now); });
}

Task<Result<RefreshRotation>> SqliteStore::rotate_refresh(std::string old_signature, std::string new_signature, RefreshToken next, TimePoint now) {
  return write(
      [old = std::move(old_signature), record = RefreshRecord{std::move(new_signature), std::move(next), false}, now](Rows& rows) -> Result<RefreshRotation> {
        TRY(auto found, look_up(rows, old, now));
        if (const auto* token = std::get_if<RefreshToken>(&found)) {
          TRY_VOID(rows.mark_used("refresh", old, token->expires_at));
          TRY_VOID(rows.put(record));
        }
        return found;
      });
}

Task<Result<void>> SqliteStore::revoke_grant(Grant grant, TimePoint now) {
  return write([grant = std::move(grant), now](Rows& rows) -> Result<void> {
    TRY_VOID(rows.put(RevokedGrantRecord{grant.grant_id, now + kRevokedMemory}));
    return rows.erase_session(grant.session_id);
  });
}

Task<Result<bool>> SqliteStore::is_grant_revoked(std::string grant_id, TimePoint now) {
  return read([grant_id = std::move(grant_id), now](Rows& rows) { return is_revoked(rows, grant_id, now); });
}

Task<Result<void>> SqliteStore::put_upstream_tokens(std::string session_id, UpstreamTokens tokens) {
  return write([session_id = std::move(session_id), tokens = std::move(tokens)](Rows& rows) { return rows.put_upstream(session_id, tokens); });
}

Task<Result<std::optional<UpstreamTokens>>> SqliteStore::find_upstream_tokens(std::string session_id, std::string provider, TimePoint now) {
  return read([session_id = std::move(session_id), provider = std::move(provider), now](Rows& rows) -> Result<std::optional<UpstreamTokens>> {
    TRY(auto row, rows.find_upstream(session_id, provider));
    if (row && is_over(*row, now)) row.reset();
    return row;
  });
}

Task<Result<std::vector<UpstreamTokens>>> SqliteStore::list_upstream_tokens(std::string session_id, TimePoint now) {
  return read([session_id = std::move(session_id), now](Rows& rows) -> Result<std::vector<UpstreamTokens>> {
    TRY(auto all, rows.upstream_of(session_id));
    std::erase_if(all, [&](const auto& row) { return is_over(row, now); });
    return all;
  });
}

Task<Result<bool>> SqliteStore::replace_upstream_tokens(std::string session_id, std::string expected_refresh_token, UpstreamTokens fresh) {
  return write(
      [session_id = std::move(session_id), expected = Secret(std::move(expected_refresh_token)), fresh = std::move(fresh)](Rows& rows) -> Result<bool> {
        TRY(const auto row, rows.find_upstream(session_id, fresh.provider));
        if (!row || !row->refresh_token.equals(expected.reveal())) return false;
        TRY_VOID(rows.put_upstream(session_id, fresh));
        return true;
      });
}

Task<Result<void>> SqliteStore::erase_session(std::string session_id) {
  return write([session_id = std::move(session_id)](Rows& rows) { return rows.erase_session(session_id); });
}

Task<Result<void>> SqliteStore::touch_session(std::string session_id, TimePoint now) {
  return write([session_id = std::move(session_id), now](Rows& rows) -> Result<void> {
    TRY(auto statement, rows.database().prepare("UPDATE sessions SET last_used_at=? WHERE session_id=?"));
    return statement.number(unix_seconds(now)).text(session_id).run();
  });
}

Task<Result<bool>> SqliteStore::claim_refresh(std::string session_id, std::string provider, std::string owner, TimePoint now, TimePoint until) {
  return write([session_id = std::move(session_id), provider = std::move(provider), owner = std::move(owner), now, until](Rows& rows) -> Result<bool> {
    TRY(auto statement, rows.database().prepare("INSERT INTO claims(session_id, provider, owner, until) SELECT session_id, provider, ?3, ?4 FROM upstream"
                                                " WHERE session_id=?1 AND provider=?2"
                                                " ON CONFLICT(session_id, provider) DO UPDATE SET owner=?3, until=?4 WHERE until<=?5"));
    TRY_VOID(statement.text(session_id).text(provider).text(owner).number(unix_seconds(until)).number(unix_seconds(now)).run());
    return rows.database().changes() > 0;
  });
}

Task<Result<void>> SqliteStore::end_refresh(std::string session_id, std::string provider, std::string owner, std::optional<RefreshReport> report) {
  return write(
      [session_id = std::move(session_id), provider = std::move(provider), owner = std::move(owner), report = std::move(report)](Rows& rows) -> Result<void> {
        TRY(auto statement, rows.database().prepare("DELETE FROM claims WHERE session_id=? AND provider=? AND owner=?"));
        TRY_VOID(statement.text(session_id).text(provider).text(owner).run());
        if (rows.database().changes() == 0 || !report) return {};
        TRY(auto row, rows.find_upstream(session_id, provider));
        if (!row) return {};
        row->last_refresh = report;
        return rows.put_upstream(session_id, *row);
      });
}

}  // namespace vmcpauth::store
