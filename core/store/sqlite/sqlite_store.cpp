#include "core/store/sqlite/sqlite_store.hpp"

#include "core/store/once_key.hpp"
#include "core/store/retention.hpp"
#include "core/store/sqlite/schema.hpp"
#include "core/store/sqlite/store_work.hpp"

namespace vmcpauth::store {
namespace {

using sqlite::Access;
using sqlite::Database;
using sqlite::Rows;

constexpr std::string_view kKeyCheckPlace = "vmcpauth key check";
constexpr std::int64_t kSweptACall = 5'000;  // per kind of row
// A DCR client younger than this is never evicted to make room.
constexpr Seconds kClientMinAge{std::chrono::hours(1)};

// The first to open an empty file writes something sealed; whoever comes later must be able to open it.
Result<void> check_key(Database& database, const sqlite::RowSealer& sealer, Access access) {
  if (access == Access::ReadWrite) {
    TRY(const auto sealed, sealer.seal(Secret("vmcpauth"), kKeyCheckPlace));
    TRY(auto statement, database.prepare("INSERT OR IGNORE INTO kept(name, body) VALUES('key check', ?)"));
    TRY_VOID(statement.blob(sealed).run());
  }
  TRY(auto statement, database.prepare("SELECT body FROM kept WHERE name='key check'"));
  TRY(const bool there, statement.step());
  if (there && sealer.open(statement.bytes_at(0), kKeyCheckPlace)) return {};
  return fail(ErrorCode::Unavailable,
              database.path().string() + " was sealed with another key; give that one (key file or VMCPAUTH_STORE_KEY), or use another file");
}

Result<std::int64_t> count_of(Rows& rows, std::string_view kind) {
  TRY(auto statement, rows.database().prepare("SELECT count(*) FROM records WHERE kind=?"));
  statement.text(kind);
  TRY([[maybe_unused]] const bool row, statement.step());
  return statement.number_at(0);
}

// The record of the kind that expires first goes, if it does so before `expiring_by`. False: there is none.
Result<bool> evict_one(Rows& rows, std::string_view kind, TimePoint expiring_by) {
  TRY(auto statement, rows.database().prepare("DELETE FROM records WHERE kind=?1 AND key=(SELECT key FROM records WHERE kind=?1 AND expires_at<=?2"
                                              " ORDER BY expires_at LIMIT 1)"));
  TRY_VOID(statement.text(kind).number(unix_seconds(expiring_by)).run());
  return rows.database().changes() > 0;
}

Result<void> delete_expired(Rows& rows, TimePoint now) {
  auto& database = rows.database();
  TRY(auto records, database.prepare("DELETE FROM records WHERE (kind, key) IN (SELECT kind, key FROM records WHERE expires_at<=? LIMIT ?)"));
  TRY_VOID(records.number(unix_seconds(now)).number(kSweptACall).run());
  TRY(auto claims, database.prepare("DELETE FROM claims WHERE until<=?"));
  TRY_VOID(claims.number(unix_seconds(now)).run());
  TRY(auto tokens, database.prepare("DELETE FROM upstream WHERE (session_id, provider) IN"
                                    " (SELECT session_id, provider FROM upstream WHERE expires_at<=? LIMIT ?)"));
  TRY_VOID(tokens.number(unix_seconds(now)).number(kSweptACall).run());
  if (database.changes() == 0) return {};
  TRY(auto empty, database.prepare("DELETE FROM sessions WHERE claim_by IS NULL AND session_id NOT IN (SELECT session_id FROM upstream)"));
  return empty.run();
}

// Sessions whose leg or code went unused: nobody can reach them any more.
Result<void> delete_abandoned(Rows& rows, TimePoint now) {
  std::vector<std::string> sessions;
  {
    TRY(auto statement, rows.database().prepare("SELECT session_id FROM sessions WHERE claim_by<=? LIMIT ?"));
    statement.number(unix_seconds(now)).number(kSweptACall);
    while (true) {
      TRY(const bool more, statement.step());
      if (!more) break;
      sessions.push_back(statement.bytes_at(0));
    }
  }
  for (const auto& session : sessions) TRY_VOID(rows.erase_session(session));
  return {};
}

}  // namespace

SqliteStore::SqliteStore(Options options, sqlite::RowSealer sealer, std::unique_ptr<Database> first, WorkPool& pool)
    : options_(std::move(options)), sealer_(std::move(sealer)), pool_(pool), writer_(std::move(first)) {}
SqliteStore::~SqliteStore() = default;

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(Options options, crypto::Sealer cipher, Random& random, WorkPool& pool) {
  TRY(auto database, Database::open(options.path, options.access));
  if (options.access == Access::ReadWrite) {
    TRY_VOID(sqlite::migrate(*database));
  } else {
    TRY_VOID(sqlite::check_schema(*database));
  }
  sqlite::RowSealer sealer(std::move(cipher), random);
  TRY_VOID(check_key(*database, sealer, options.access));
  return std::unique_ptr<SqliteStore>(new SqliteStore(std::move(options), std::move(sealer), std::move(database), pool));
}

Result<SqliteStore::DatabasePtr> SqliteStore::take_reader() {
  auto idle = readers_.with([](auto& readers) -> DatabasePtr {
    if (readers.empty()) return nullptr;
    auto reader = std::move(readers.back());
    readers.pop_back();
    return reader;
  });
  if (idle) return idle;
  return Database::open(options_.path, Access::ReadOnly);
}

Task<Result<void>> SqliteStore::put_client(Client client) {
  return write([client = std::move(client), limit = options_.max_clients](Rows& rows) -> Result<void> {
    TRY(const auto known, rows.find("client", client.id));
    if (!known) {
      TRY(const auto count, count_of(rows, "client"));
      if (static_cast<std::size_t>(count) >= limit) {
        TRY(const bool evicted, evict_one(rows, "client", client.created_at + kClientIdle - kClientMinAge));
        if (!evicted) return fail(ErrorCode::TooLarge, "no room for another client");
      }
    }
    const auto expires_at = client.dcr_issued ? std::optional(client.created_at + kClientIdle) : std::nullopt;
    return rows.put(ClientRecord{client, expires_at});
  });
}

Task<Result<std::optional<Client>>> SqliteStore::find_client(std::string id) {
  return read([id = std::move(id)](Rows& rows) -> Result<std::optional<Client>> {
    TRY(auto row, rows.find("client", id));
    if (!row) return std::nullopt;
    return std::move(std::get<ClientRecord>(row->record).client);
  });
}

Task<Result<void>> SqliteStore::touch_client(std::string id, TimePoint now) {
  return write([id = std::move(id), now](Rows& rows) { return rows.set_expiry("client", id, now + kClientIdle); });
}

Task<Result<User>> SqliteStore::find_or_create_user(std::string provider, std::string subject, std::string new_id, TimePoint now) {
  return write([record = UserRecord{std::move(provider), std::move(subject), {std::move(new_id), now}}](Rows& rows) -> Result<User> {
    TRY(auto row, rows.find("user", sqlite::key_of(record)));
    if (row) return std::get<UserRecord>(row->record).user;
    TRY_VOID(rows.put(record));
    return record.user;
  });
}

Task<Result<bool>> SqliteStore::remember_once(std::string key, TimePoint expires_at, TimePoint now) {
  return write([record = OnceRecord{once_digest(key), expires_at}, now](Rows& rows) -> Result<bool> {
    TRY(const auto row, rows.find("once", record.digest));
    if (row && row->expires_at > now) return false;
    TRY_VOID(rows.put(record));
    return true;
  });
}

Task<Result<void>> SqliteStore::put_registration(std::string key, UpstreamRegistration registration) {
  return write([record = Record(RegistrationRecord{std::move(key), std::move(registration)})](Rows& rows) { return rows.put(record); });
}

Task<Result<std::optional<UpstreamRegistration>>> SqliteStore::find_registration(std::string key, TimePoint now) {
  return read([key = std::move(key), now](Rows& rows) -> Result<std::optional<UpstreamRegistration>> {
    TRY(auto row, rows.find("registration", key));
    if (!row || (row->expires_at && *row->expires_at <= now)) return std::nullopt;
    return std::move(std::get<RegistrationRecord>(row->record).registration);
  });
}

Task<Result<Secret>> SqliteStore::keep(std::string name, Secret value) {
  return write([name = std::move(name), value = std::move(value)](Rows& rows) { return rows.keep(name, value); });
}

Task<Result<void>> SqliteStore::sweep(TimePoint now) {
  return write([now](Rows& rows) -> Result<void> {
    TRY_VOID(delete_expired(rows, now));
    return delete_abandoned(rows, now);
  });
}

Task<Result<void>> SqliteStore::put_pending(PendingAuthorization pending) {
  return write([record = Record(PendingRecord{std::move(pending)}), limit = options_.max_pending](Rows& rows) -> Result<void> {
    const auto& leg = std::get<PendingRecord>(record).pending;
    TRY(const auto count, count_of(rows, "pending"));
    if (static_cast<std::size_t>(count) >= limit) TRY_VOID(evict_one(rows, "pending", TimePoint::max()));
    TRY_VOID(rows.set_claim_by(leg.session_id, leg.expires_at));
    return rows.put(record);
  });
}

Task<Result<std::optional<PendingAuthorization>>> SqliteStore::take_pending(std::string internal_state, TimePoint now) {
  return write([key = sqlite::pending_key(internal_state), now](Rows& rows) -> Result<std::optional<PendingAuthorization>> {
    TRY(auto row, rows.find("pending", key));
    if (!row) return std::nullopt;
    TRY([[maybe_unused]] const bool erased, rows.erase("pending", key));
    auto& pending = std::get<PendingRecord>(row->record).pending;
    if (pending.expires_at <= now) return std::nullopt;
    return std::move(pending);
  });
}

}  // namespace vmcpauth::store
