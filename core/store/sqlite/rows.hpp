// The SQLite store's tables as records: what is secret is sealed on the way in and opened on the way out, bound to its
// place (kind and key), so that no row can stand in for another. Used on one connection at a time, inside a transaction
// where several calls must agree.
#pragma once

#include "core/crypto/seal.hpp"
#include "core/store/record.hpp"
#include "core/store/sqlite/database.hpp"
#include "core/store/store_browser.hpp"

namespace vmcpauth::store::sqlite {

// Sealed bodies; `place` is what the ciphertext is bound to.
class RowSealer {
 public:
  RowSealer(crypto::Sealer cipher, Random& random) : cipher_(std::move(cipher)), random_(random) {}
  [[nodiscard]] Result<std::string> seal(const Secret& plain, std::string_view place) const { return cipher_.seal(plain, place, random_); }
  [[nodiscard]] Result<Secret> open(std::string_view sealed, std::string_view place) const { return cipher_.open(sealed, place); }
  [[nodiscard]] Result<std::string> seal(const Record& record, std::string_view place) const;
  [[nodiscard]] Result<Record> open_record(std::string_view sealed, std::string_view place) const;

 private:
  crypto::Sealer cipher_;
  Random& random_;
};

// One row of the table `records`.
struct Row {
  Record record;
  bool used = false;
  std::optional<TimePoint> expires_at;
};

class Rows {
 public:
  Rows(Database& database, const RowSealer& sealer) : database_(database), sealer_(sealer) {}
  [[nodiscard]] Database& database() const noexcept { return database_; }

  // -- records. The key of a pending leg is a secret and kept as its digest.
  [[nodiscard]] Result<void> put(const Record& record);
  [[nodiscard]] Result<std::optional<Row>> find(std::string_view kind, const std::string& key);
  [[nodiscard]] Result<bool> erase(std::string_view kind, const std::string& key);
  [[nodiscard]] Result<void> mark_used(std::string_view kind, const std::string& key, TimePoint expires_at);
  [[nodiscard]] Result<void> set_expiry(std::string_view kind, const std::string& key, TimePoint expires_at);
  // Up to `count` of the chosen whose (kind, key) come after `cursor`; the cursor moves on, and is empty at the end.
  struct Page {
    std::vector<Row> rows;
    std::uint64_t damaged = 0;  // left out
  };
  [[nodiscard]] Result<Page> page(std::string& cursor, std::size_t count, RecordChoice choice);

  // -- upstream tokens
  [[nodiscard]] Result<void> put_upstream(const std::string& session_id, const UpstreamTokens& tokens);
  // By provider name; `last_used_at` is the session's. One that cannot be opened fails them all, or is named in `damaged`.
  [[nodiscard]] Result<std::vector<UpstreamTokens>> upstream_of(const std::string& session_id, std::vector<std::string>* damaged = nullptr);
  [[nodiscard]] Result<std::optional<UpstreamTokens>> find_upstream(const std::string& session_id, const std::string& provider);
  [[nodiscard]] Result<void> erase_session(const std::string& session_id);
  // Named values, kept for ever: the one that is there, else `value`.
  [[nodiscard]] Result<Secret> keep(const std::string& name, const Secret& value);
  [[nodiscard]] Result<std::map<std::string, Secret>> kept();

  // The session must be claimed by a redeemed code before this; nullopt: it was.
  [[nodiscard]] Result<void> set_claim_by(const std::string& session_id, std::optional<TimePoint> claim_by);

 private:
  [[nodiscard]] Result<UpstreamTokens> read_upstream(Statement& statement, const std::string& session_id);
  Database& database_;
  const RowSealer& sealer_;
};

// The key of a record in its table.
[[nodiscard]] std::string key_of(const Record& record);
[[nodiscard]] std::string pending_key(std::string_view internal_state);

}  // namespace vmcpauth::store::sqlite
