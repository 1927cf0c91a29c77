#include "core/store/sqlite/schema.hpp"

#include <array>
#include <string>

namespace vmcpauth::store::sqlite {
namespace {

constexpr std::int64_t kApplicationId = 0x766d6361;  // "vmca"

// Step i leads from version i to i + 1. Steps that have been released are never changed. Bodies are sealed JSON
// (record_json.hpp), times unix seconds; `used` marks used codes, rotated refresh tokens and revoked grants.
constexpr std::array<const char*, kSchemaVersion> kSteps = {
    "CREATE TABLE kept(name TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE records(kind TEXT NOT NULL, key TEXT NOT NULL, used INTEGER NOT NULL DEFAULT 0, session_id TEXT, expires_at INTEGER,"
    " body BLOB NOT NULL, PRIMARY KEY(kind, key)) WITHOUT ROWID;"
    "CREATE INDEX records_by_expiry ON records(expires_at) WHERE expires_at IS NOT NULL;"
    "CREATE TABLE sessions(session_id TEXT PRIMARY KEY, user_id TEXT NOT NULL DEFAULT '', last_used_at INTEGER, claim_by INTEGER) WITHOUT ROWID;"
    "CREATE INDEX sessions_by_user ON sessions(user_id);"
    "CREATE INDEX sessions_unclaimed ON sessions(claim_by) WHERE claim_by IS NOT NULL;"
    "CREATE TABLE upstream(session_id TEXT NOT NULL, provider TEXT NOT NULL, expires_at INTEGER, body BLOB NOT NULL,"
    " PRIMARY KEY(session_id, provider)) WITHOUT ROWID;"
    "CREATE INDEX upstream_by_expiry ON upstream(expires_at) WHERE expires_at IS NOT NULL;",
    // Refreshes are claimed, so that processes that share the file refresh a row once.
    "CREATE TABLE claims(session_id TEXT NOT NULL, provider TEXT NOT NULL, owner TEXT NOT NULL, until INTEGER NOT NULL,"
    " PRIMARY KEY(session_id, provider)) WITHOUT ROWID;",
};

std::unexpected<Error> newer(const Database& database, std::int64_t version) {
  return fail(ErrorCode::Unsupported, database.path().string() + " was written by a newer vmcpauth (schema " + std::to_string(version) + ", this one knows " +
                                          std::to_string(kSchemaVersion) + "); use that one, or another file");
}

std::unexpected<Error> foreign(const Database& database) {
  return fail(ErrorCode::Io, database.path().string() + " is a SQLite file, but no store of vmcpauth");
}

Result<std::int64_t> version_of(Database& database) {
  TRY(const auto version, database.number_of("PRAGMA user_version"));
  TRY(const auto application, database.number_of("PRAGMA application_id"));
  if (application != kApplicationId) {
    TRY(const auto tables, database.number_of("SELECT count(*) FROM sqlite_schema"));
    if (version != 0 || application != 0 || tables != 0) return foreign(database);
  }
  if (version > kSchemaVersion) return newer(database, version);
  return version;
}

}  // namespace

Result<void> migrate(Database& database, int version) {
  while (true) {
    TRY(const auto before, version_of(database));
    if (before >= version) return {};
    TRY(auto transaction, Transaction::begin(database));
    // Another process may have done the step meanwhile.
    TRY(const auto now, version_of(database));
    if (now == before) {
      TRY_VOID(database.execute(kSteps[static_cast<std::size_t>(before)]));
      const auto mark = "PRAGMA application_id=" + std::to_string(kApplicationId) + "; PRAGMA user_version=" + std::to_string(before + 1);
      TRY_VOID(database.execute(mark.c_str()));
    }
    TRY_VOID(transaction.commit());
  }
}

Result<void> check_schema(Database& database) {
  TRY(const auto version, version_of(database));
  if (version == kSchemaVersion) return {};
  return fail(ErrorCode::Unsupported, database.path().string() + " was written by an older vmcpauth; `vmcpauth serve` brings it up to date");
}

}  // namespace vmcpauth::store::sqlite
