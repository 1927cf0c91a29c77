// Logins, codes, refresh tokens and the upstream tokens they lead to.
#include <algorithm>

#include "core/store/memory_tables.hpp"

namespace vmcpauth::store {
namespace {

RefreshRotation look_up(MemoryTables& tables, const std::string& signature, TimePoint now) {
  const StoredRefresh* stored = tables.refresh_tokens.find(signature, now);
  if (stored == nullptr) return RefreshUnknown{};
  const StoredGrant* grant = tables.grants.find(stored->token.grant.grant_id);
  if (grant == nullptr) return RefreshUnknown{};
  if (stored->used || grant->revoked) return RefreshReused{stored->token.grant};
  return stored->token;
}

void store_refresh(MemoryTables& tables, const MemoryStoreLimits& limits, const std::string& signature, RefreshToken token) {
  if (tables.refresh_tokens.size() >= limits.refresh_tokens) (void)tables.refresh_tokens.take_first();
  if (tables.grants.size() >= limits.refresh_tokens + limits.codes) (void)tables.grants.take_first();
  tables.extend_grant(token.grant.grant_id, token.expires_at);
  const auto expires_at = token.expires_at;
  tables.refresh_tokens.put(signature, {std::move(token), false}, expires_at);
}

}  // namespace

Task<Result<void>> MemoryStore::put_pending(PendingAuthorization pending) {
  state_->tables.with([&](MemoryTables& tables) {
    if (tables.pending.size() >= limits_.pending) {
      const auto evicted = tables.pending.take_first();
      if (evicted) tables.abandon(evicted->session_id);
    }
    const std::string key = pending.internal_state;
    const auto expires_at = pending.expires_at;
    tables.pending.put(key, std::move(pending), expires_at);
  });
  co_return Result<void>{};
}

Task<Result<std::optional<PendingAuthorization>>> MemoryStore::take_pending(std::string internal_state, TimePoint now) {
  auto taken = state_->tables.with([&](MemoryTables& tables) {
    auto pending = tables.pending.take(internal_state);
    if (pending && pending->expires_at <= now) {
      tables.abandon(pending->session_id);
      pending.reset();
    }
    return pending;
  });
  co_return taken;
}

Task<Result<void>> MemoryStore::put_code(std::string signature, AuthorizationCode code) {
  state_->tables.with([&](MemoryTables& tables) {
    if (tables.codes.size() >= limits_.codes) {
      const auto evicted = tables.codes.take_first();
      if (evicted) tables.sessions.erase(evicted->grant.session_id);
    }
    if (auto* session = tables.sessions.find(code.grant.session_id)) session->granted = true;
    tables.extend_grant(code.grant.grant_id, code.expires_at);
    const auto expires_at = code.expires_at;
    tables.codes.put(signature, std::move(code), expires_at);
  });
  co_return Result<void>{};
}

Task<Result<CodeRedemption>> MemoryStore::redeem_code(std::string signature, TimePoint now) {
  auto redemption = state_->tables.with([&](MemoryTables& tables) -> CodeRedemption {
    if (const Grant* grant = tables.used_codes.find(signature, now)) return CodeReplayed{*grant};
    auto code = tables.codes.take(signature);
    if (!code) return CodeUnknown{};
    if (code->expires_at <= now) {
      tables.sessions.erase(code->grant.session_id);
      return CodeUnknown{};
    }
    if (tables.used_codes.size() >= limits_.codes) (void)tables.used_codes.take_first();
    tables.used_codes.put(signature, code->grant, code->expires_at + kReplayMemory);
    return *std::move(code);
  });
  co_return redemption;
}

Task<Result<void>> MemoryStore::put_refresh(std::string signature, RefreshToken token) {
  state_->tables.with([&](MemoryTables& tables) { store_refresh(tables, limits_, signature, std::move(token)); });
  co_return Result<void>{};
}

Task<Result<RefreshRotation>> MemoryStore::find_refresh(std::string signature, TimePoint now) {
  auto found = state_->tables.with([&](MemoryTables& tables) { return look_up(tables, signature, now); });
  co_return found;
}

Task<Result<RefreshRotation>> MemoryStore::rotate_refresh(std::string old_signature, std::string new_signature, RefreshToken next, TimePoint now) {
  auto rotated = state_->tables.with([&](MemoryTables& tables) {
    auto found = look_up(tables, old_signature, now);
    if (std::holds_alternative<RefreshToken>(found)) {
      tables.refresh_tokens.find(old_signature)->used = true;
      store_refresh(tables, limits_, new_signature, std::move(next));
    }
    return found;
  });
  co_return rotated;
}

Task<Result<void>> MemoryStore::revoke_grant(Grant grant, TimePoint now) {
  state_->tables.with([&](MemoryTables& tables) {
    tables.extend_grant(grant.grant_id, now + kRevokedMemory);
    tables.grants.find(grant.grant_id)->revoked = true;
    tables.sessions.erase(grant.session_id);
  });
  co_return Result<void>{};
}

Task<Result<bool>> MemoryStore::is_grant_revoked(std::string grant_id, TimePoint now) {
  const bool revoked = state_->tables.with([&](MemoryTables& tables) {
    const StoredGrant* grant = tables.grants.find(grant_id, now);
    return grant != nullptr && grant->revoked;
  });
  co_return revoked;
}

Task<Result<void>> MemoryStore::put_upstream_tokens(std::string session_id, UpstreamTokens tokens) {
  state_->tables.with([&](MemoryTables& tables) {
    if (tables.sessions.find(session_id) == nullptr) {
      if (tables.sessions.size() >= limits_.sessions) (void)tables.sessions.take_first();
      tables.sessions.put(session_id, {}, TimePoint::max());
    }
    StoredSession& session = *tables.sessions.find(session_id);
    session.rows.insert_or_assign(std::string(tokens.provider), std::move(tokens));
    tables.sessions.set_expiry(session_id, session_expiry(session, limits_.upstream_retention));
  });
  co_return Result<void>{};
}

Task<Result<std::optional<UpstreamTokens>>> MemoryStore::find_upstream_tokens(std::string session_id, std::string provider, TimePoint now) {
  auto found = state_->tables.with([&](MemoryTables& tables) -> std::optional<UpstreamTokens> {
    const StoredSession* session = tables.sessions.find(session_id, now);
    if (session == nullptr) return std::nullopt;
    const auto row = session->rows.find(provider);
    if (row == session->rows.end() || row_expiry(row->second, limits_.upstream_retention) <= now) return std::nullopt;
    return session->copy_of(row->second);
  });
  co_return found;
}

Task<Result<std::vector<UpstreamTokens>>> MemoryStore::list_upstream_tokens(std::string session_id, TimePoint now) {
  auto rows = state_->tables.with([&](MemoryTables& tables) {
    std::vector<UpstreamTokens> out;
    const StoredSession* session = tables.sessions.find(session_id, now);
    if (session == nullptr) return out;
    for (const auto& [provider, row] : session->rows) {
      if (row_expiry(row, limits_.upstream_retention) > now) out.push_back(session->copy_of(row));
    }
    return out;
  });
  co_return rows;
}

Task<Result<bool>> MemoryStore::replace_upstream_tokens(std::string session_id, std::string expected_refresh_token, UpstreamTokens fresh) {
  const bool replaced = state_->tables.with([&](MemoryTables& tables) {
    StoredSession* session = tables.sessions.find(session_id);
    if (session == nullptr) return false;
    const auto row = session->rows.find(fresh.provider);
    if (row == session->rows.end() || !row->second.refresh_token.equals(expected_refresh_token)) return false;
    row->second = std::move(fresh);
    tables.sessions.set_expiry(session_id, session_expiry(*session, limits_.upstream_retention));
    return true;
  });
  co_return replaced;
}

Task<Result<void>> MemoryStore::touch_session(std::string session_id, TimePoint now) {
  state_->tables.with([&](MemoryTables& tables) {
    if (auto* session = tables.sessions.find(session_id)) session->last_used_at = now;
  });
  co_return Result<void>{};
}

Task<Result<bool>> MemoryStore::claim_refresh(std::string session_id, std::string provider, std::string owner, TimePoint now, TimePoint until) {
  const bool claimed = state_->tables.with([&](MemoryTables& tables) {
    auto* session = tables.sessions.find(session_id);
    if (session == nullptr || !session->rows.contains(provider)) return false;
    const auto claim = session->claims.find(provider);
    if (claim != session->claims.end() && claim->second.until > now) return false;
    session->claims.insert_or_assign(provider, RefreshClaim{owner, until});
    return true;
  });
  co_return claimed;
}

Task<Result<void>> MemoryStore::end_refresh(std::string session_id, std::string provider, std::string owner, std::optional<RefreshReport> report) {
  state_->tables.with([&](MemoryTables& tables) {
    auto* session = tables.sessions.find(session_id);
    if (session == nullptr) return;
    const auto claim = session->claims.find(provider);
    if (claim == session->claims.end() || claim->second.owner != owner) return;
    session->claims.erase(claim);
    const auto row = session->rows.find(provider);
    if (report && row != session->rows.end()) row->second.last_refresh = std::move(report);
  });
  co_return Result<void>{};
}

Task<Result<void>> MemoryStore::erase_session(std::string session_id) {
  state_->tables.with([&](MemoryTables& tables) { tables.sessions.erase(session_id); });
  co_return Result<void>{};
}

}  // namespace vmcpauth::store
