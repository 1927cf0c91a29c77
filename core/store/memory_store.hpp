// The store that lives in this process. Everything in it is bounded: what expires goes by sweep() and, at a
// bound, what expires soonest makes room; single-use identifiers never do (TooLarge instead). One mutex, no I/O under it.
#pragma once

#include <memory>

#include "core/store/retention.hpp"
#include "core/store/store_browser.hpp"

namespace vmcpauth::store {

struct MemoryStoreLimits {
  std::size_t clients = 10'000;
  std::size_t pending = 10'000;
  std::size_t codes = 10'000;
  std::size_t refresh_tokens = 100'000;
  std::size_t sessions = 20'000;
  std::size_t users = 100'000;
  std::size_t once_keys = 100'000;
  std::size_t registrations = 1'000;
  std::size_t swept_a_call = 5'000;  // per kind of record
  // A DCR client younger than this is never evicted to make room; one idle for longer than `client_idle` goes in a sweep.
  Seconds client_min_age{std::chrono::hours(1)};
  Seconds client_idle = kClientIdle;
  Seconds upstream_retention = kUpstreamRetention;
};

class MemoryStore final : public Store {
 public:
  explicit MemoryStore(MemoryStoreLimits limits = {});
  ~MemoryStore() override;

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

  // How many records of each kind are held, for tests and a later status page.
  struct Sizes {
    std::size_t clients = 0, pending = 0, codes = 0, used_codes = 0, refresh_tokens = 0, grants = 0, sessions = 0, users = 0, once_keys = 0, registrations = 0;
  };
  [[nodiscard]] Sizes sizes() const;

 private:
  struct State;
  MemoryStoreLimits limits_;
  std::unique_ptr<State> state_;
};

}  // namespace vmcpauth::store
