// The store in one SQLite file: survives restarts and kill -9, and several processes may share it. One writer at a time in
// this process and, through SQLite's locks, among processes; readers never wait (WAL). All work is done on the work pool.
// Tokens, names and secrets are sealed; session, provider, client and user identifiers and times are in the clear.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <type_traits>

#include "core/base/guarded.hpp"
#include "core/base/work_pool.hpp"
#include "core/store/sqlite/rows.hpp"
#include "core/store/store_browser.hpp"

namespace vmcpauth::store {

class SqliteStore final : public Store {
 public:
  struct Options {
    std::filesystem::path path;
    sqlite::Access access = sqlite::Access::ReadWrite;
    std::size_t max_clients = 100'000;
    std::size_t max_pending = 100'000;
  };
  // Blocks; for the start of a program. NotFound, Io, Unsupported (schema), Unavailable (the key does not fit the file). `random` and `pool` outlive the store,
  // and the store its tasks.
  [[nodiscard]] static Result<std::unique_ptr<SqliteStore>> open(Options options, crypto::Sealer cipher, Random& random, WorkPool& pool);
  ~SqliteStore() override;

  Task<Result<void>> put_client(Client client) override;
  Task<Result<std::optional<Client>>> find_client(std::string id) override;
  Task<Result<void>> touch_client(std::string id, TimePoint now) override;
  Task<Result<void>> put_pending(PendingAuthorization pending) override;
  Task<Result<std::optional<PendingAuthorization>>> take_pending(std::string internal_state, TimePoint now) override;
  Task<Result<void>> put_code(std::string signature, AuthorizationCode code) override;
  Task<Result<CodeRedemption>> redeem_code(std::string signature, TimePoint now) override;
  Task<Result<void>> put_refresh(std::string signature, RefreshToken token) override;
  Task<Result<RefreshRotation>> find_refresh(std::string signature, TimePoint now) override;
  Task<Result<RefreshRotation>> rotate_refresh(std::string old_signature, std::string new_signature, RefreshToken next, TimePoint now) override;
  Task<Result<void>> revoke_grant(Grant grant, TimePoint now) override;
  Task<Result<bool>> is_grant_revoked(std::string grant_id, TimePoint now) override;
  Task<Result<void>> put_upstream_tokens(std::string session_id, UpstreamTokens tokens) override;
  Task<Result<std::optional<UpstreamTokens>>> find_upstream_tokens(std::string session_id, std::string provider, TimePoint now) override;
  Task<Result<std::vector<UpstreamTokens>>> list_upstream_tokens(std::string session_id, TimePoint now) override;
  Task<Result<bool>> replace_upstream_tokens(std::string session_id, std::string expected_refresh_token, UpstreamTokens fresh) override;
  Task<Result<void>> erase_session(std::string session_id) override;
  Task<Result<void>> touch_session(std::string session_id, TimePoint now) override;
  Task<Result<bool>> claim_refresh(std::string session_id, std::string provider, std::string owner, TimePoint now, TimePoint until) override;
  Task<Result<void>> end_refresh(std::string session_id, std::string provider, std::string owner, std::optional<RefreshReport> report) override;
  Task<Result<User>> find_or_create_user(std::string provider, std::string subject, std::string new_id, TimePoint now) override;
  Task<Result<bool>> remember_once(std::string key, TimePoint expires_at, TimePoint now) override;
  Task<Result<void>> put_registration(std::string key, UpstreamRegistration registration) override;
  Task<Result<std::optional<UpstreamRegistration>>> find_registration(std::string key, TimePoint now) override;
  Task<Result<Secret>> keep(std::string name, Secret value) override;
  Task<Result<void>> sweep(TimePoint now) override;

  Task<Result<std::uint64_t>> count_sessions() override;
  Task<Result<SessionPage>> scan_sessions(std::string cursor, std::size_t count, SessionFilter filter) override;
  Task<Result<std::optional<SessionView>>> find_session(std::string session_id) override;
  Task<Result<bool>> erase_row(std::string session_id, std::string provider) override;
  Task<Result<RecordPage>> scan_records(std::string cursor, std::size_t count, RecordChoice choice) override;
  Task<Result<std::uint64_t>> import_records(std::vector<Record> records, TimePoint now) override;
  Task<Result<std::map<std::string, Secret>>> kept_values() override;

 private:
  SqliteStore(Options options, sqlite::RowSealer sealer, std::unique_ptr<sqlite::Database> first, WorkPool& pool);

  using DatabasePtr = std::unique_ptr<sqlite::Database>;
  // Runs `work(rows)`, which gives a Result, on the pool: on a connection for reading, or in a transaction that is rolled back
  // when it fails.
  template <class Work>
  [[nodiscard]] auto read(Work work) -> Task<std::invoke_result_t<Work&, sqlite::Rows&>>;
  template <class Work>
  [[nodiscard]] auto write(Work work) -> Task<std::invoke_result_t<Work&, sqlite::Rows&>>;
  [[nodiscard]] Result<DatabasePtr> take_reader();

  Options options_;
  sqlite::RowSealer sealer_;
  WorkPool& pool_;
  std::mutex writing_;  // held across a transaction; only ever locked on the work pool
  DatabasePtr writer_;
  Guarded<std::vector<DatabasePtr>> readers_;
};

}  // namespace vmcpauth::store
