// Records from a dump, or from another store, as rows of ToolHive's layout and ours.
#include <algorithm>
#include <iterator>

#include "core/store/redis/redis_store.hpp"
#include "core/store/redis/rows.hpp"
#include "core/store/retention.hpp"

namespace vmcpauth::store {
namespace {

using redis::Command;
using redis::Keys;

// The plain writes of one record. Times to live are computed by `ttl_until`, milliseconds as text.
template <class TtlUntil>
struct Writes {
  const Keys& keys;
  TimePoint now;
  TtlUntil ttl_until;

  [[nodiscard]] static Command set(std::string key, std::string value) { return {"SET", std::move(key), std::move(value)}; }
  [[nodiscard]] Command set_until(std::string key, std::string value, TimePoint until) const {
    return {"SET", std::move(key), std::move(value), "PX", ttl_until(until)};
  }

  std::vector<Command> operator()(const ClientRecord& r) const {
    auto value = redis::client_value(r.client);
    const auto row = keys.of("client", r.client.id);
    const auto extra = keys.ours("client", r.client.id);
    if (!r.client.dcr_issued) return {set(row, value.row), set(extra, value.extra)};
    const auto until = r.expires_at.value_or(r.client.created_at + kClientIdle);
    return {set_until(row, value.row, until), set_until(extra, value.extra, until)};
  }
  std::vector<Command> operator()(const PendingRecord& r) const {
    auto value = redis::pending_value(r.pending);
    return {set_until(keys.of("pending", r.pending.internal_state), value.row, r.pending.expires_at),
            set_until(keys.ours("pending", r.pending.internal_state), value.extra, r.pending.expires_at)};
  }
  std::vector<Command> operator()(const CodeRecord& r) const {
    const auto until = r.used ? r.code.expires_at + kReplayMemory : r.code.expires_at;
    std::vector<Command> commands{set_until(keys.of("authcode", r.signature), redis::code_row(r.code), until)};
    if (r.used) commands.push_back(set_until(keys.of("invalidated", r.signature), "1", until));
    return commands;
  }
  std::vector<Command> operator()(const RefreshRecord& r) const {
    if (r.used) return {set_until(keys.ours("rotated", r.signature), redis::refresh_row(r.token), r.token.expires_at)};
    return {set_until(keys.of("refresh", r.signature), redis::refresh_row(r.token), r.token.expires_at),
            {"SADD", keys.of("reqid:refresh", r.token.grant.grant_id), r.signature},
            {"PEXPIRE", keys.of("reqid:refresh", r.token.grant.grant_id), ttl_until(r.token.expires_at)}};
  }
  std::vector<Command> operator()(const RevokedGrantRecord& r) const {
    return {set_until(keys.ours("revoked", r.grant_id), std::to_string(unix_seconds(r.expires_at)), r.expires_at)};
  }
  std::vector<Command> operator()(const UserRecord& r) const {
    const auto identity = keys.provider_identity(r.provider, r.subject);
    return {{"SET", keys.of("user", r.user.id), redis::user_row(r.user), "NX"},
            set(identity, redis::identity_row(r, r.user.created_at)),
            {"SADD", keys.of("user:providers", r.user.id), identity}};
  }
  std::vector<Command> operator()(const OnceRecord& r) const {
    return {set_until(keys.of("assertion-jwt", r.digest), std::to_string(unix_seconds(r.expires_at)), r.expires_at)};
  }
  std::vector<Command> operator()(const RegistrationRecord& r) const {
    auto row = redis::registration_row(r.key, r.registration, now);
    const auto key = keys.of("dcr", r.key);
    if (!r.registration.secret_expires_at) return {set(key, std::move(row))};
    return {set_until(key, std::move(row), *r.registration.secret_expires_at)};
  }
  std::vector<Command> operator()(const UpstreamRecord&) const { return {}; }  // by script, see import_records
};

}  // namespace

Task<Result<std::uint64_t>> RedisStore::import_records(std::vector<Record> records, TimePoint now) {
  const auto ttl = [this](TimePoint until) { return ttl_until(until); };
  const Writes writes{keys_, now, ttl};
  std::vector<Command> commands;
  std::uint64_t taken = 0;
  for (const auto& record : records) {
    if (expiry_of(record) <= now) continue;
    ++taken;
    if (const auto* upstream = std::get_if<UpstreamRecord>(&record)) {
      commands.push_back(upstream_command(upstream->session_id, upstream->tokens, "put", {}));
      if (const auto used_at = upstream->tokens.last_used_at) commands.push_back(touch_command(upstream->session_id, *used_at));
      continue;
    }
    auto some = std::visit(writes, record);
    std::move(some.begin(), some.end(), std::back_inserter(commands));
  }
  if (!commands.empty()) CO_TRY_VOID(co_await write(std::move(commands)));
  co_return taken;
}

}  // namespace vmcpauth::store
