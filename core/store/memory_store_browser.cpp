// The memory store for people who look: pages in the order of keys, the cursor is the last key seen.
#include <algorithm>
#include <array>

#include "core/store/memory_tables.hpp"

namespace vmcpauth::store {
namespace {

SessionView view_of(const std::string& id, const StoredSession& session) {
  SessionView view{.session_id = id, .rows = {}, .deleted_providers = {}, .damaged_providers = {}};
  for (const auto& [provider, row] : session.rows) view.rows.push_back(session.copy_of(row));
  return view;
}

bool passes(const std::string& id, const StoredSession& session, const SessionFilter& filter) {
  if (!id.starts_with(filter.id_prefix)) return false;
  return filter.user_id.empty() || std::ranges::any_of(session.rows, [&](const auto& row) { return row.second.user_id == filter.user_id; });
}

// Collects one page over several tables; the cursor is "<table><key>", with a digit for the table.
class RecordScan {
 public:
  RecordScan(const std::string& cursor, std::size_t count)
      : first_(cursor.empty() ? 0 : static_cast<std::size_t>(cursor[0] - '0')), key_(cursor.empty() ? "" : cursor.substr(1)), count_(count) {}

  // Called with every table in turn, always in the same order; `make` appends the records of one entry.
  template <class Table, class Make>
  void table(const Table& table, Make make) {
    const auto index = index_++;
    if (index < first_ || page_.next || skipping_) return;
    visit(table, index == first_ ? key_ : std::string(), [&](const std::string& key, const auto& value, TimePoint expiry) {
      make(page_.records, key, value, expiry);
      if (page_.records.size() < count_) return true;
      page_.next = static_cast<char>('0' + index) + key;
      return false;
    });
  }
  // Tables are passed over from here on, or not any more.
  void skip(bool yes) noexcept { skipping_ = yes; }
  [[nodiscard]] RecordPage take() { return std::move(page_); }

 private:
  template <class Value, class Visit>
  static void visit(const ExpiringTable<Value>& table, const std::string& cursor, Visit visit) {
    table.visit_after(cursor, visit);
  }
  template <class Value, class Visit>
  static void visit(const std::map<std::string, Value>& table, const std::string& cursor, Visit visit) {
    for (auto it = cursor.empty() ? table.begin() : table.upper_bound(cursor); it != table.end(); ++it) {
      if (!visit(it->first, it->second, TimePoint::max())) return;
    }
  }

  std::size_t first_, index_ = 0;
  std::string key_;
  std::size_t count_;
  bool skipping_ = false;
  RecordPage page_;
};

RecordPage scan(const MemoryTables& tables, const std::string& cursor, std::size_t count, RecordChoice choice) {
  using Records = std::vector<Record>;
  RecordScan scan(cursor, count);
  scan.skip(choice == RecordChoice::Logins);
  scan.table(tables.fixed_clients, [](Records& out, const auto&, const Client& client, TimePoint) { out.push_back(ClientRecord{client, std::nullopt}); });
  scan.table(tables.dcr_clients, [](Records& out, const auto&, const Client& client, TimePoint expiry) { out.push_back(ClientRecord{client, expiry}); });
  scan.table(tables.users,
             [](Records& out, const auto&, const StoredUser& user, TimePoint) { out.push_back(UserRecord{user.provider, user.subject, user.user}); });
  scan.table(tables.sessions, [](Records& out, const auto& id, const StoredSession& session, TimePoint) {
    for (const auto& [provider, row] : session.rows) out.push_back(UpstreamRecord{id, session.copy_of(row)});
  });
  scan.skip(false);
  scan.table(tables.pending, [](Records& out, const auto&, const PendingAuthorization& leg, TimePoint) { out.push_back(PendingRecord{leg.clone()}); });
  scan.table(tables.codes, [](Records& out, const auto& key, const AuthorizationCode& code, TimePoint) { out.push_back(CodeRecord{key, code, false}); });
  scan.table(tables.used_codes, [](Records& out, const auto& key, const Grant& grant, TimePoint expiry) {
    CodeRecord record{.signature = key, .code = {}, .used = true};
    record.code.grant = grant;
    record.code.expires_at = expiry - kReplayMemory;
    out.push_back(std::move(record));
  });
  scan.table(tables.refresh_tokens,
             [](Records& out, const auto& key, const StoredRefresh& refresh, TimePoint) { out.push_back(RefreshRecord{key, refresh.token, refresh.used}); });
  scan.skip(choice == RecordChoice::Logins);
  scan.table(tables.grants, [](Records& out, const auto& key, const StoredGrant& grant, TimePoint expiry) {
    if (grant.revoked) out.push_back(RevokedGrantRecord{key, expiry});
  });
  scan.table(tables.once_keys, [](Records& out, const auto& key, auto, TimePoint expiry) { out.push_back(OnceRecord{key, expiry}); });
  scan.table(tables.registrations, [](Records& out, const auto& key, const UpstreamRegistration& registration, TimePoint) {
    out.push_back(RegistrationRecord{key, registration.clone()});
  });
  return scan.take();
}

struct Import {
  MemoryTables& tables;
  const MemoryStoreLimits& limits;

  void operator()(ClientRecord record) const {
    const std::string id = record.client.id;
    tables.fixed_clients.erase(id);
    tables.dcr_clients.erase(id);
    if (record.client.dcr_issued) {
      const auto expires_at = record.expires_at.value_or(record.client.created_at + limits.client_idle);
      tables.dcr_clients.put(id, std::move(record.client), expires_at);
    } else {
      tables.fixed_clients.emplace(id, std::move(record.client));
    }
  }
  void operator()(PendingRecord record) const {
    const std::string key = record.pending.internal_state;
    const auto expires_at = record.pending.expires_at;
    tables.pending.put(key, std::move(record.pending), expires_at);
  }
  void operator()(CodeRecord record) const {
    tables.extend_grant(record.code.grant.grant_id, record.code.expires_at);
    if (record.used) {
      tables.used_codes.put(record.signature, std::move(record.code.grant), record.code.expires_at + kReplayMemory);
    } else {
      const auto expires_at = record.code.expires_at;
      tables.codes.put(record.signature, std::move(record.code), expires_at);
    }
  }
  void operator()(RefreshRecord record) const {
    tables.extend_grant(record.token.grant.grant_id, record.token.expires_at);
    const auto expires_at = record.token.expires_at;
    tables.refresh_tokens.put(record.signature, {std::move(record.token), record.used}, expires_at);
  }
  void operator()(RevokedGrantRecord record) const {
    tables.extend_grant(record.grant_id, record.expires_at);
    tables.grants.find(record.grant_id)->revoked = true;
  }
  void operator()(UpstreamRecord record) const {
    if (tables.sessions.find(record.session_id) == nullptr) tables.sessions.put(record.session_id, {}, TimePoint::max());
    auto& session = *tables.sessions.find(record.session_id);
    session.granted = true;
    session.last_used_at = std::max(session.last_used_at, record.tokens.last_used_at);
    session.rows.insert_or_assign(std::string(record.tokens.provider), std::move(record.tokens));
    tables.sessions.set_expiry(record.session_id, session_expiry(session, limits.upstream_retention));
  }
  void operator()(UserRecord record) const {
    tables.users.insert_or_assign(identity_key(record.provider, record.subject), StoredUser{record.provider, record.subject, record.user});
  }
  void operator()(OnceRecord record) const { tables.once_keys.put(record.digest, {}, record.expires_at); }
  void operator()(RegistrationRecord record) const { tables.registrations.insert_or_assign(record.key, std::move(record.registration)); }

  // The bound of the record's table; a running server would evict instead, but an import must not lose what it just took.
  [[nodiscard]] bool has_room(const Record& record) const {
    const std::array<bool, std::variant_size_v<Record>> room = {tables.fixed_clients.size() + tables.dcr_clients.size() < limits.clients,
                                                                tables.pending.size() < limits.pending,
                                                                tables.codes.size() < limits.codes && tables.used_codes.size() < limits.codes,
                                                                tables.refresh_tokens.size() < limits.refresh_tokens,
                                                                tables.grants.size() < limits.refresh_tokens + limits.codes,
                                                                tables.sessions.size() < limits.sessions,
                                                                tables.users.size() < limits.users,
                                                                tables.once_keys.size() < limits.once_keys,
                                                                tables.registrations.size() < limits.registrations};
    return room[record.index()];
  }
};

}  // namespace

Task<Result<std::uint64_t>> MemoryStore::count_sessions() {
  const auto count = state_->tables.with([](const MemoryTables& tables) { return tables.sessions.size(); });
  co_return static_cast<std::uint64_t>(count);
}

Task<Result<SessionPage>> MemoryStore::scan_sessions(std::string cursor, std::size_t count, SessionFilter filter) {
  auto page = state_->tables.with([&](const MemoryTables& tables) {
    SessionPage out;
    std::size_t looked_at = 0;
    tables.sessions.visit_after(cursor, [&](const std::string& id, const StoredSession& session, TimePoint) {
      if (passes(id, session, filter)) out.sessions.push_back(view_of(id, session));
      if (++looked_at < count) return true;
      out.next = id;
      return false;
    });
    return out;
  });
  co_return page;
}

Task<Result<std::optional<SessionView>>> MemoryStore::find_session(std::string session_id) {
  auto view = state_->tables.with([&](MemoryTables& tables) -> std::optional<SessionView> {
    const auto* session = tables.sessions.find(session_id);
    if (session == nullptr) return std::nullopt;
    return view_of(session_id, *session);
  });
  co_return view;
}

Task<Result<bool>> MemoryStore::erase_row(std::string session_id, std::string provider) {
  const bool erased = state_->tables.with([&](MemoryTables& tables) {
    auto* session = tables.sessions.find(session_id);
    if (session == nullptr || session->rows.erase(provider) == 0) return false;
    if (session->rows.empty()) {
      tables.sessions.erase(session_id);
    } else {
      tables.sessions.set_expiry(session_id, session_expiry(*session, limits_.upstream_retention));
    }
    return true;
  });
  co_return erased;
}

Task<Result<RecordPage>> MemoryStore::scan_records(std::string cursor, std::size_t count, RecordChoice choice) {
  if (!cursor.empty() && (cursor[0] < '0' || cursor[0] > ':')) co_return fail(ErrorCode::InvalidInput, "that is no cursor of this store");
  auto page = state_->tables.with([&](const MemoryTables& tables) { return scan(tables, cursor, count, choice); });
  co_return page;
}

Task<Result<std::uint64_t>> MemoryStore::import_records(std::vector<Record> records, TimePoint now) {
  std::uint64_t taken = 0;
  const bool all = state_->tables.with([&](MemoryTables& tables) {
    const Import import{tables, limits_};
    for (auto& record : records) {
      if (expiry_of(record) <= now) continue;
      if (!import.has_room(record)) return false;
      std::visit(import, std::move(record));
      ++taken;
    }
    return true;
  });
  if (!all) co_return fail(ErrorCode::TooLarge, "the memory store is full");
  co_return taken;
}

Task<Result<std::map<std::string, Secret>>> MemoryStore::kept_values() {
  auto values = state_->tables.with([](const MemoryTables& tables) {
    std::map<std::string, Secret> out;
    for (const auto& [name, value] : tables.kept) out.emplace(name, value.clone());
    return out;
  });
  co_return values;
}

}  // namespace vmcpauth::store
