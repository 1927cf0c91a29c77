#include "core/store/redis/record_plans.hpp"

#include <charconv>

#include "core/store/redis/rows.hpp"
#include "core/store/redis/session_rows.hpp"

namespace vmcpauth::store::redis {
namespace {

// Of the largest row: tokens of 64 KiB each, several times over.
constexpr const char* kLastByte = "1048575";

std::optional<TimePoint> from_text_seconds(std::string_view text) {
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc{} || seconds <= 1 || seconds > 253'402'300'799) return std::nullopt;
  return from_unix_seconds(seconds);
}

// When a key ends, from its PTTL; to the minute, so that a record is the same however often it is read.
std::optional<TimePoint> end_of(const Reply& pttl, TimePoint now) {
  if (pttl.integer < 0) return std::nullopt;
  return TimePoint(std::chrono::round<std::chrono::minutes>(now + Milliseconds(pttl.integer)));
}

Result<Record> make_client(const Keys&, const std::string&, const std::vector<Reply>& replies, TimePoint now) {
  TRY(auto client, read_client(replies[0].text, replies[1].text, replies[2].integer >= 0));
  ClientRecord record{std::move(client), std::nullopt};
  record.expires_at = end_of(replies[2], now);
  return record;
}
Result<Record> make_pending(const Keys&, const std::string&, const std::vector<Reply>& replies, TimePoint) {
  TRY(auto pending, read_pending(replies[0].text, replies[1].text));
  return PendingRecord{std::move(pending)};
}
Result<Record> make_code(const Keys& keys, const std::string& key, const std::vector<Reply>& replies, TimePoint) {
  TRY(auto code, read_code(replies[0].text));
  return CodeRecord{std::string(*keys.id_in(key, "authcode")), std::move(code), replies[1].integer == 1};
}
Result<Record> make_refresh(const Keys& keys, const std::string& key, const std::vector<Reply>& replies, TimePoint) {
  TRY(auto token, read_refresh(replies[0].text));
  const auto current = keys.id_in(key, "refresh");
  return RefreshRecord{std::string(current ? *current : *keys.id_in(key, "vmcpauth:rotated")), std::move(token), !current.has_value()};
}
Result<Record> make_revoked(const Keys& keys, const std::string& key, const std::vector<Reply>& replies, TimePoint) {
  const auto until = from_text_seconds(replies[0].text);
  if (!until) return fail(ErrorCode::InvalidInput, "no time");
  return RevokedGrantRecord{std::string(*keys.id_in(key, "vmcpauth:revoked")), *until};
}
Result<Record> make_upstream(const Keys& keys, const std::string& key, const std::vector<Reply>& replies, TimePoint) {
  if (replies[0].text == kTombstone) return fail(ErrorCode::NotFound, "deleted");
  const auto place = keys.upstream_in(key);
  TRY(auto row, row_of(place->second, replies[0].text, NotesOfSession::of_values(replies[1], place->second)));
  return UpstreamRecord{place->first, std::move(row)};
}
Result<Record> make_user(const Keys&, const std::string&, const std::vector<Reply>& replies, TimePoint) {
  TRY(auto record, read_identity(replies[0].text));
  return record;
}
Result<Record> make_once(const Keys& keys, const std::string& key, const std::vector<Reply>& replies, TimePoint now) {
  auto until = from_text_seconds(replies[0].text);
  if (!until) until = end_of(replies[1], now);  // ToolHive's "1"
  if (!until) return fail(ErrorCode::InvalidInput, "no time");
  return OnceRecord{std::string(*keys.id_in(key, "assertion-jwt")), *until};
}
Result<Record> make_registration(const Keys& keys, const std::string& key, const std::vector<Reply>& replies, TimePoint) {
  TRY(auto registration, read_registration(replies[0].text));
  return RegistrationRecord{std::string(*keys.id_in(key, "dcr")), std::move(registration)};
}

}  // namespace

Command read_row(std::string key) { return {"GETRANGE", std::move(key), "0", kLastByte}; }

std::optional<Plan> plan_of(const Keys& keys, const std::string& key) {
  const Command get = read_row(key);
  const Command ends{"PTTL", key};
  if (const auto id = keys.id_in(key, "client")) return Plan{{get, read_row(keys.ours("client", *id)), ends}, make_client};
  if (const auto id = keys.id_in(key, "pending")) return Plan{{get, read_row(keys.ours("pending", *id))}, make_pending, true};
  if (const auto id = keys.id_in(key, "authcode")) return Plan{{get, {"EXISTS", keys.of("invalidated", *id)}}, make_code, true};
  if (keys.id_in(key, "refresh") || keys.id_in(key, "vmcpauth:rotated")) return Plan{{get}, make_refresh, true};
  if (keys.id_in(key, "vmcpauth:revoked")) return Plan{{get}, make_revoked};
  if (const auto row = keys.upstream_in(key))
    return Plan{{get, {"HMGET", keys.session(row->first), "used", "row:" + row->second, "refresh:" + row->second}}, make_upstream};
  if (keys.id_in(key, "provider")) return Plan{{get}, make_user};
  if (keys.id_in(key, "assertion-jwt")) return Plan{{get, ends}, make_once};
  if (keys.id_in(key, "dcr")) return Plan{{get}, make_registration};
  return std::nullopt;
}

}  // namespace vmcpauth::store::redis
