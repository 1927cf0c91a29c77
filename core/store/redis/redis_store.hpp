// The store in Redis, in ToolHive's layout: several vmcpauth processes and ToolHive itself share it. Atomic by scripts, bounded
// by TTLs. Times of keys come from the clock given here, so that rows live as long as their records say.
#pragma once

#include "core/store/redis/keys.hpp"
#include "core/store/redis/scripts.hpp"
#include "core/store/redis/transport.hpp"
#include "core/store/store_browser.hpp"

namespace vmcpauth::store {

class RedisStore final : public Store {
 public:
  enum class Access : std::uint8_t { ReadOnly, ReadWrite };

  // Everything given outlives the store, and the store its tasks.
  RedisStore(redis::Transport& transport, redis::Keys keys, const Clock& clock, Access access = Access::ReadWrite)
      : transport_(transport), keys_(std::move(keys)), clock_(clock), access_(access) {}

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
  using Reply = redis::Reply;
  using Command = redis::Command;
  // Replies that are errors become Unavailable.
  [[nodiscard]] Task<Result<std::vector<Reply>>> read(std::vector<Command> commands);
  // For those who look: a key of another type than the layout says is its own reply's error, and nobody else's.
  [[nodiscard]] Task<Result<std::vector<Reply>>> look(std::vector<Command> commands);
  [[nodiscard]] Task<Result<std::vector<Reply>>> write(std::vector<Command> commands, redis::Repeat repeat = redis::Repeat::Harmless);
  // A script that changes something; the prefix is put before the arguments.
  [[nodiscard]] Task<Result<Reply>> change(redis::Script script, std::vector<std::string> keys, std::vector<std::string> arguments,
                                           redis::Repeat repeat = redis::Repeat::Harmless);
  [[nodiscard]] Command upstream_command(const std::string& session_id, const UpstreamTokens& tokens, std::string mode, std::string expected) const;
  [[nodiscard]] Command touch_command(const std::string& session_id, TimePoint now) const;
  [[nodiscard]] Task<Result<bool>> store_upstream(std::string session_id, UpstreamTokens tokens, std::string mode, Secret expected);
  [[nodiscard]] Task<Result<SessionView>> load_session(std::string session_id);
  [[nodiscard]] Task<Result<SessionPage>> load_sessions(std::vector<std::string> session_ids);
  [[nodiscard]] Task<Result<RecordPage>> load_records(std::vector<std::string> keys, RecordChoice choice);
  // Milliseconds from the clock's now until then, at least a second.
  [[nodiscard]] std::string ttl_until(TimePoint time) const;
  [[nodiscard]] std::string upstream_ttl(const UpstreamTokens& tokens) const;

  redis::Transport& transport_;
  redis::Keys keys_;
  const Clock& clock_;
  Access access_;
};

}  // namespace vmcpauth::store
