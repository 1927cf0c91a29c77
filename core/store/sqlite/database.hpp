// One connection to a SQLite file, and statements on it: RAII and Result around the C interface, nothing of ours inside.
// Not thread-safe; used by the SQLite store on its work pool.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/error.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace vmcpauth::store::sqlite {

enum class Access : std::uint8_t { ReadOnly, ReadWrite };

class Database;

// A prepared statement, reset when it goes. Binding is by position from 1; values are copied.
class Statement {
 public:
  Statement(Database& database, sqlite3_stmt* statement) : database_(&database), statement_(statement) {}
  Statement(Statement&& other) noexcept : database_(other.database_), statement_(std::exchange(other.statement_, nullptr)), next_(other.next_) {}
  Statement& operator=(Statement&&) = delete;
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement();

  // Bind the next parameter.
  Statement& text(std::string_view value);
  Statement& blob(std::string_view value);
  Statement& number(std::int64_t value);
  Statement& optional_number(std::optional<std::int64_t> value);

  // True when there is a row, false at the end.
  [[nodiscard]] Result<bool> step();
  // step() for statements without rows.
  [[nodiscard]] Result<void> run();

  // Of the current row, columns from 0.
  [[nodiscard]] std::string bytes_at(int column) const;
  [[nodiscard]] std::int64_t number_at(int column) const;
  [[nodiscard]] bool null_at(int column) const;

 private:
  Database* database_;
  sqlite3_stmt* statement_;
  int next_ = 1;
};

class Database {
 public:
  // Opens (ReadWrite: makes with mode 0600) the file. NotFound, Io: not there, no permission, a folder that cannot be written,
  // a symbolic link, no SQLite file, damaged. The message names the file.
  [[nodiscard]] static Result<std::unique_ptr<Database>> open(const std::filesystem::path& path, Access access);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Statements without parameters and rows; several at once.
  [[nodiscard]] Result<void> execute(const char* sql);
  // `sql` must be a literal: the statement is kept and used again.
  [[nodiscard]] Result<Statement> prepare(const char* sql);
  [[nodiscard]] Result<std::int64_t> number_of(const char* sql);
  // Rows changed by the last statement.
  [[nodiscard]] std::int64_t changes() const;
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  [[nodiscard]] Error error() const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept;
  };
  [[nodiscard]] Result<void> use_wal();
  Database(std::filesystem::path path, sqlite3* handle) : path_(std::move(path)), handle_(handle) {}

  std::filesystem::path path_;
  sqlite3* handle_;
  std::map<const char*, std::unique_ptr<sqlite3_stmt, Finalize>> kept_;
};

// BEGIN IMMEDIATE … COMMIT; rolled back when it goes without commit().
class Transaction {
 public:
  [[nodiscard]] static Result<Transaction> begin(Database& database);
  Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();
  [[nodiscard]] Result<void> commit();

 private:
  explicit Transaction(Database& database) : database_(&database) {}
  Database* database_;
};

}  // namespace vmcpauth::store::sqlite
