#include "core/store/sqlite/database.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

namespace vmcpauth::store::sqlite {
namespace {

// How long a writer waits for another process's transaction, which takes milliseconds.
constexpr int kBusyMilliseconds = 10'000;

// What SQLite said, as what a person can do about it.
Error explain(const std::filesystem::path& path, int code, const char* text) {
  const std::string file = path.string();
  switch (code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return Error(ErrorCode::Io, file + " is damaged, or not a store of vmcpauth; move it away to begin with an empty one");
    case SQLITE_FULL: return Error(ErrorCode::Unavailable, file + ": the disk is full");
    case SQLITE_READONLY: return Error(ErrorCode::Unavailable, file + ": cannot be written; check the permissions of the file and its folder");
    case SQLITE_CANTOPEN: return Error(ErrorCode::Io, file + ": cannot be opened; check the permissions of the file and its folder");
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return Error(ErrorCode::Unavailable, file + ": another process has held the store for too long");
    default: return Error(ErrorCode::Unavailable, file + ": " + text);
  }
}

Error system_error(const std::filesystem::path& path, int error) {
  const auto code = error == ENOENT || error == ENOTDIR ? ErrorCode::NotFound : ErrorCode::Io;
  if (error == ELOOP) return Error(code, path.string() + ": is a symbolic link");
  return Error(code, path.string() + ": " + std::generic_category().message(error));
}

// Makes or checks the file before SQLite sees it: nobody else's, no link, mode 0600 from its first moment. SQLite gives its
// journal files the same mode. A file that is there is looked at without opening it: closing any descriptor of a file drops
// every POSIX lock that this process holds on it (sqlite.org/howtocorrupt.html, 2.2), those of our open connections too, and
// another process that ends would then take itself for the last one and remove the journal.
Result<void> claim_file(const std::filesystem::path& path, Access access) {
  if (access == Access::ReadWrite) {
    const int made = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (made >= 0) {
      ::close(made);  // just made: nobody has locks on it
      return {};
    }
    if (errno != EEXIST) return std::unexpected(system_error(path, errno));
  }
  struct stat info{};
  if (::lstat(path.c_str(), &info) != 0) return std::unexpected(system_error(path, errno));
  if (S_ISLNK(info.st_mode)) return std::unexpected(system_error(path, ELOOP));
  if (!S_ISREG(info.st_mode)) return fail(ErrorCode::Io, path.string() + ": not a regular file");
  if (::access(path.c_str(), access == Access::ReadWrite ? R_OK | W_OK : R_OK) != 0) return std::unexpected(system_error(path, errno));
  if (access == Access::ReadWrite && (info.st_mode & 0077) != 0 && ::chmod(path.c_str(), 0600) != 0) {
    return fail(ErrorCode::Io, path.string() + ": others may read it, and its mode cannot be changed");
  }
  return {};
}

}  // namespace

Statement::~Statement() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

Statement& Statement::text(std::string_view value) {
  sqlite3_bind_text64(statement_, next_++, value.data() == nullptr ? "" : value.data(), value.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  return *this;
}
Statement& Statement::blob(std::string_view value) {
  sqlite3_bind_blob64(statement_, next_++, value.data() == nullptr ? "" : value.data(), value.size(), SQLITE_TRANSIENT);
  return *this;
}
Statement& Statement::number(std::int64_t value) {
  sqlite3_bind_int64(statement_, next_++, value);
  return *this;
}
Statement& Statement::optional_number(std::optional<std::int64_t> value) {
  if (value) return number(*value);
  sqlite3_bind_null(statement_, next_++);
  return *this;
}

Result<bool> Statement::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return std::unexpected(database_->error());
}
Result<void> Statement::run() {
  TRY([[maybe_unused]] const bool row, step());
  return {};
}

std::string Statement::bytes_at(int column) const {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  return data == nullptr ? std::string() : std::string(data, size);
}
std::int64_t Statement::number_at(int column) const { return sqlite3_column_int64(statement_, column); }
bool Statement::null_at(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

void Database::Finalize::operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }

Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& path, Access access) {
  TRY_VOID(claim_file(path, access));
  sqlite3* handle = nullptr;
  // For reading too: a journal that a killed process left has to be played back first. query_only keeps us from more.
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
  std::unique_ptr<Database> database(new Database(path, handle));
  if (code != SQLITE_OK) return std::unexpected(explain(path, code, sqlite3_errstr(code)));
  sqlite3_busy_timeout(handle, kBusyMilliseconds);
  // The file is ours and may still be hostile: no functions or tables that a schema could smuggle in.
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  TRY_VOID(database->execute("PRAGMA trusted_schema=OFF; PRAGMA temp_store=MEMORY"));
  if (access == Access::ReadOnly) {
    TRY_VOID(database->execute("PRAGMA query_only=ON"));
  } else {
    TRY_VOID(database->use_wal());
    // FULL: what was committed survives a power cut too; that is what a completed login promises.
    TRY_VOID(database->execute("PRAGMA synchronous=FULL"));
  }
  return database;
}

// Two processes that make the file at once both want it to themselves for this; SQLite does not wait here.
Result<void> Database::use_wal() {
  constexpr int kTries = 100;
  for (int i = 0; i < kTries; ++i) {
    if (sqlite3_exec(handle_, "PRAGMA journal_mode=WAL", nullptr, nullptr, nullptr) == SQLITE_OK) return {};
    if ((sqlite3_errcode(handle_) & 0xff) != SQLITE_BUSY) break;
    sqlite3_sleep(20);
  }
  return std::unexpected(error());
}

Database::~Database() {
  kept_.clear();
  sqlite3_close(handle_);
}

Result<void> Database::execute(const char* sql) {
  if (sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  return std::unexpected(error());
}

Result<Statement> Database::prepare(const char* sql) {
  auto& kept = kept_[sql];
  if (!kept) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v3(handle_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK) return std::unexpected(error());
    kept.reset(statement);
  }
  return Statement(*this, kept.get());
}

Result<std::int64_t> Database::number_of(const char* sql) {
  TRY(auto statement, prepare(sql));
  TRY(const bool row, statement.step());
  return row ? statement.number_at(0) : 0;
}

std::int64_t Database::changes() const { return sqlite3_changes64(handle_); }
Error Database::error() const { return explain(path_, sqlite3_extended_errcode(handle_), sqlite3_errmsg(handle_)); }

Result<Transaction> Transaction::begin(Database& database) {
  TRY_VOID(database.execute("BEGIN IMMEDIATE"));
  return Transaction(database);
}

Transaction::~Transaction() {
  if (database_ != nullptr) (void)database_->execute("ROLLBACK");
}

Result<void> Transaction::commit() {
  TRY_VOID(database_->execute("COMMIT"));
  database_ = nullptr;
  return {};
}

}  // namespace vmcpauth::store::sqlite
