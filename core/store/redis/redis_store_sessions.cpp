// Logins, codes, refresh tokens and the upstream tokens they lead to.
#include <algorithm>

#include "core/base/encoding.hpp"
#include "core/store/redis/redis_store.hpp"
#include "core/store/redis/rfc3339.hpp"
#include "core/store/redis/rows.hpp"
#include "core/store/redis/session_rows.hpp"
#include "core/store/retention.hpp"

namespace vmcpauth::store {
namespace {

using redis::Command;
using redis::Repeat;
using redis::Reply;
using redis::Script;

// ToolHive remembers used codes this long.
constexpr std::string_view kUsedCodeMs = "1800000";

std::string unix_ms(TimePoint time) { return std::to_string(std::chrono::floor<Milliseconds>(time).time_since_epoch().count()); }
std::string unix_s(TimePoint time) { return std::to_string(unix_seconds(time)); }

std::unexpected<Error> damaged(const char* what, const Error& why) {
  return fail(ErrorCode::Unavailable, std::string("the row of a ") + what + " is damaged: " + why.message());
}

// [0|1, row] of the scripts that look refresh tokens up.
Result<RefreshRotation> rotation_of(const Reply& reply, TimePoint now) {
  if (!reply.is_array() || reply.items.size() != 2) return RefreshUnknown{};
  auto token = redis::read_refresh(reply.items[1].text);
  if (!token) return damaged("refresh token", token.error());
  if (token->expires_at <= now) return RefreshUnknown{};
  if (reply.items[0].integer != 0) return RefreshReused{std::move(token->grant)};
  return *std::move(token);
}

}  // namespace

Task<Result<void>> RedisStore::put_pending(PendingAuthorization pending) {
  auto value = redis::pending_value(pending);
  std::vector<std::string> keys{keys_.of("pending", pending.internal_state), keys_.ours("pending", pending.internal_state)};
  std::vector<std::string> arguments{std::move(value.row), std::move(value.extra), ttl_until(pending.expires_at), pending.session_id,
                                     unix_s(pending.expires_at)};
  CO_TRY_VOID(co_await change(Script::PutPending, std::move(keys), std::move(arguments)));
  co_return Result<void>{};
}

Task<Result<std::optional<PendingAuthorization>>> RedisStore::take_pending(std::string internal_state, TimePoint now) {
  std::vector<std::string> keys{keys_.of("pending", internal_state), keys_.ours("pending", internal_state)};
  std::vector<std::string> none;
  CO_TRY(auto reply, co_await change(Script::TakePending, std::move(keys), std::move(none), Repeat::Never));
  if (!reply.is_array() || reply.items.size() != 2) co_return std::optional<PendingAuthorization>();
  auto pending = redis::read_pending(reply.items[0].text, reply.items[1].text);
  if (!pending) co_return damaged("pending login", pending.error());
  if (pending->expires_at <= now || pending->internal_state != internal_state) co_return std::optional<PendingAuthorization>();
  co_return std::optional<PendingAuthorization>(*std::move(pending));
}

Task<Result<void>> RedisStore::put_code(std::string signature, AuthorizationCode code) {
  std::vector<std::string> keys{keys_.of("authcode", signature)};
  std::vector<std::string> arguments{redis::code_row(code), ttl_until(code.expires_at), code.grant.session_id, unix_s(code.expires_at)};
  CO_TRY_VOID(co_await change(Script::PutCode, std::move(keys), std::move(arguments)));
  co_return Result<void>{};
}

Task<Result<CodeRedemption>> RedisStore::redeem_code(std::string signature, TimePoint now) {
  std::vector<std::string> keys{keys_.of("authcode", signature), keys_.of("invalidated", signature)};
  std::vector<std::string> arguments{std::string(kUsedCodeMs), redis::to_rfc3339(now)};
  CO_TRY(auto reply, co_await change(Script::RedeemCode, std::move(keys), std::move(arguments), Repeat::Never));
  if (!reply.is_array() || reply.items.size() != 2) co_return CodeUnknown{};
  auto code = redis::read_code(reply.items[1].text);
  if (!code) co_return damaged("code", code.error());
  if (reply.items[0].integer != 0) co_return CodeReplayed{std::move(code->grant)};
  co_return *std::move(code);
}

Task<Result<void>> RedisStore::put_refresh(std::string signature, RefreshToken token) {
  std::vector<std::string> keys{keys_.of("refresh", signature)};
  std::vector<std::string> arguments{redis::refresh_row(token), ttl_until(token.expires_at), signature, token.grant.grant_id};
  CO_TRY_VOID(co_await change(Script::PutRefresh, std::move(keys), std::move(arguments)));
  co_return Result<void>{};
}

Task<Result<RefreshRotation>> RedisStore::find_refresh(std::string signature, TimePoint now) {
  std::vector<std::string> keys{keys_.of("refresh", signature), keys_.ours("rotated", signature)};
  std::vector<std::string> arguments{keys_.prefix(), unix_s(now)};
  std::vector<Command> commands;
  commands.push_back(redis::eval(Script::FindRefresh, std::move(keys), std::move(arguments)));
  CO_TRY(auto replies, co_await read(std::move(commands)));
  co_return rotation_of(replies[0], now);
}

Task<Result<RefreshRotation>> RedisStore::rotate_refresh(std::string old_signature, std::string new_signature, RefreshToken next, TimePoint now) {
  std::vector<std::string> keys{keys_.of("refresh", old_signature), keys_.ours("rotated", old_signature), keys_.of("refresh", new_signature)};
  std::vector<std::string> arguments{unix_s(now), redis::to_rfc3339(now), old_signature, new_signature, redis::refresh_row(next), ttl_until(next.expires_at)};
  CO_TRY(auto reply, co_await change(Script::RotateRefresh, std::move(keys), std::move(arguments), Repeat::Never));
  co_return rotation_of(reply, now);
}

Task<Result<void>> RedisStore::revoke_grant(Grant grant, TimePoint now) {
  const auto until = now + kRevokedMemory;
  std::vector<std::string> keys{keys_.ours("revoked", grant.grant_id)};
  std::vector<std::string> arguments{unix_s(until), ttl_until(until), grant.grant_id, grant.session_id};
  CO_TRY_VOID(co_await change(Script::RevokeGrant, std::move(keys), std::move(arguments)));
  co_return Result<void>{};
}

Task<Result<bool>> RedisStore::is_grant_revoked(std::string grant_id, TimePoint now) {
  std::vector<Command> commands{{"GET", keys_.ours("revoked", grant_id)}};
  CO_TRY(auto replies, co_await read(std::move(commands)));
  // Unix seconds, all of the same length for the next two centuries.
  co_return replies[0].is_text() && replies[0].text > unix_s(now);
}

Command RedisStore::upstream_command(const std::string& session_id, const UpstreamTokens& tokens, std::string mode, std::string expected) const {
  std::vector<std::string> keys{keys_.upstream(session_id, tokens.provider), keys_.upstream_index(session_id), keys_.session(session_id)};
  std::vector<std::string> arguments{keys_.prefix(),
                                     redis::upstream_row(tokens),
                                     upstream_ttl(tokens),
                                     tokens.user_id,
                                     tokens.provider,
                                     redis::upstream_extra(tokens),
                                     tokens.last_refresh ? redis::report_value(*tokens.last_refresh) : std::string(),
                                     std::move(mode),
                                     std::move(expected)};
  return redis::eval(Script::PutUpstream, std::move(keys), std::move(arguments));
}

Task<Result<bool>> RedisStore::store_upstream(std::string session_id, UpstreamTokens tokens, std::string mode, Secret expected) {
  std::vector<Command> commands;
  commands.push_back(upstream_command(session_id, tokens, std::move(mode), std::string(expected.reveal())));
  CO_TRY(const auto replies, co_await write(std::move(commands)));
  co_return replies[0].integer == 1;
}

Task<Result<void>> RedisStore::put_upstream_tokens(std::string session_id, UpstreamTokens tokens) {
  std::string mode = "put";
  Secret expected;
  CO_TRY_VOID(co_await store_upstream(std::move(session_id), std::move(tokens), std::move(mode), std::move(expected)));
  co_return Result<void>{};
}

Task<Result<bool>> RedisStore::replace_upstream_tokens(std::string session_id, std::string expected_refresh_token, UpstreamTokens fresh) {
  Secret expected(std::move(expected_refresh_token));
  std::string mode = "replace";
  CO_TRY(const bool stored, co_await store_upstream(std::move(session_id), std::move(fresh), std::move(mode), std::move(expected)));
  co_return stored;
}

Task<Result<std::optional<UpstreamTokens>>> RedisStore::find_upstream_tokens(std::string session_id, std::string provider, TimePoint now) {
  std::vector<Command> commands{{"GET", keys_.upstream(session_id, provider)},
                                {"HMGET", keys_.session(session_id), "used", "row:" + provider, "refresh:" + provider}};
  CO_TRY(auto replies, co_await read(std::move(commands)));
  if (!replies[0].is_text() || replies[0].text == redis::kTombstone) co_return std::optional<UpstreamTokens>();
  auto row = redis::row_of(provider, replies[0].text, redis::NotesOfSession::of_values(replies[1], provider));
  if (!row) co_return damaged("upstream token", row.error());
  if (row_expiry(*row) <= now) co_return std::optional<UpstreamTokens>();
  co_return std::optional<UpstreamTokens>(*std::move(row));
}

Task<Result<std::vector<UpstreamTokens>>> RedisStore::list_upstream_tokens(std::string session_id, TimePoint now) {
  CO_TRY(auto view, co_await load_session(std::move(session_id)));
  std::erase_if(view.rows, [&](const auto& row) { return row_expiry(row) <= now; });
  co_return std::move(view.rows);
}

Task<Result<void>> RedisStore::erase_session(std::string session_id) {
  std::vector<std::string> keys{keys_.upstream_index(session_id)};
  std::vector<std::string> arguments{session_id};
  CO_TRY_VOID(co_await change(Script::EraseSession, std::move(keys), std::move(arguments)));
  co_return Result<void>{};
}

Command RedisStore::touch_command(const std::string& session_id, TimePoint now) const {
  std::vector<std::string> keys{keys_.session(session_id), keys_.upstream_index(session_id)};
  std::vector<std::string> arguments{keys_.prefix(), unix_s(now)};
  return redis::eval(Script::TouchSession, std::move(keys), std::move(arguments));
}

Task<Result<void>> RedisStore::touch_session(std::string session_id, TimePoint now) {
  std::vector<Command> commands;
  commands.push_back(touch_command(session_id, now));
  CO_TRY_VOID(co_await write(std::move(commands)));
  co_return Result<void>{};
}

Task<Result<bool>> RedisStore::claim_refresh(std::string session_id, std::string provider, std::string owner, TimePoint now, TimePoint until) {
  std::vector<std::string> keys{keys_.ours("refreshing", session_id + ":" + provider), keys_.upstream(session_id, provider)};
  std::vector<std::string> arguments{unix_ms(now), owner, unix_ms(until), ttl_until(until)};
  CO_TRY(auto reply, co_await change(Script::ClaimRefresh, std::move(keys), std::move(arguments), Repeat::Never));
  co_return reply.integer == 1;
}

Task<Result<void>> RedisStore::end_refresh(std::string session_id, std::string provider, std::string owner, std::optional<RefreshReport> report) {
  std::vector<std::string> keys{keys_.ours("refreshing", session_id + ":" + provider), keys_.session(session_id), keys_.upstream_index(session_id)};
  std::vector<std::string> arguments{owner, provider, report ? redis::report_value(*report) : std::string()};
  CO_TRY_VOID(co_await change(Script::EndRefresh, std::move(keys), std::move(arguments)));
  co_return Result<void>{};
}

}  // namespace vmcpauth::store
