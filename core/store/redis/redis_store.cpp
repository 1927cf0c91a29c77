#include "core/store/redis/redis_store.hpp"

#include <algorithm>

#include "core/base/encoding.hpp"
#include "core/store/once_key.hpp"
#include "core/store/redis/rows.hpp"
#include "core/store/retention.hpp"

namespace vmcpauth::store {
namespace {

using redis::Command;
using redis::Reply;
using redis::Script;

constexpr int kSweptAtOnce = 200;
constexpr int kSweepTurns = 25;

Error explain(const Reply& reply) {
  if (reply.is_error("NOPERM")) return Error(ErrorCode::Unavailable, "Redis does not allow its user to do that: " + printable(reply.text, 200));
  if (reply.is_error("OOM")) return Error(ErrorCode::Unavailable, "Redis is out of memory");
  return Error(ErrorCode::Unavailable, "Redis answered: " + printable(reply.text, 200));
}

Result<std::vector<Reply>> checked(Result<std::vector<Reply>> replies, std::size_t wanted, std::string_view borne = {}) {
  if (!replies) return replies;
  if (replies->size() != wanted) return fail(ErrorCode::Internal, "Redis gave another number of replies than asked for");
  for (const auto& reply : *replies) {
    if (reply.is_error() && (borne.empty() || !reply.is_error(borne))) return std::unexpected(explain(reply));
  }
  return replies;
}

Command set(std::string key, std::string value, const std::string& ttl) {
  Command command{"SET", std::move(key), std::move(value)};
  if (!ttl.empty()) command.insert(command.end(), {"PX", ttl});
  return command;
}

}  // namespace

Task<Result<std::vector<Reply>>> RedisStore::read(std::vector<Command> commands) {
  const auto wanted = commands.size();
  auto replies = co_await transport_.run(std::move(commands), redis::Repeat::Harmless);
  co_return checked(std::move(replies), wanted);
}

Task<Result<std::vector<Reply>>> RedisStore::look(std::vector<Command> commands) {
  const auto wanted = commands.size();
  auto replies = co_await transport_.run(std::move(commands), redis::Repeat::Harmless);
  co_return checked(std::move(replies), wanted, "WRONGTYPE");
}

Task<Result<std::vector<Reply>>> RedisStore::write(std::vector<Command> commands, redis::Repeat repeat) {
  if (access_ == Access::ReadOnly) co_return fail(ErrorCode::Forbidden, "the store was opened for reading only");
  const auto wanted = commands.size();
  auto replies = co_await transport_.run(std::move(commands), repeat);
  co_return checked(std::move(replies), wanted);
}

Task<Result<Reply>> RedisStore::change(Script script, std::vector<std::string> keys, std::vector<std::string> arguments, redis::Repeat repeat) {
  arguments.insert(arguments.begin(), keys_.prefix());
  std::vector<Command> commands;
  commands.push_back(redis::eval(script, std::move(keys), std::move(arguments)));
  CO_TRY(auto replies, co_await write(std::move(commands), repeat));
  co_return std::move(replies.front());
}

std::string RedisStore::ttl_until(TimePoint time) const {
  const auto left = std::chrono::duration_cast<Milliseconds>(time - clock_.now());
  return std::to_string(std::max<Milliseconds>(left, Seconds(1)).count());
}

std::string RedisStore::upstream_ttl(const UpstreamTokens& tokens) const {
  const auto expiry = row_expiry(tokens);
  return expiry == TimePoint::max() ? "0" : ttl_until(expiry);
}

Task<Result<void>> RedisStore::put_client(Client client) {
  const std::string ttl = client.dcr_issued ? ttl_until(client.created_at + kClientIdle) : std::string();
  auto value = redis::client_value(client);
  std::vector<Command> commands;
  commands.push_back(set(keys_.of("client", client.id), std::move(value.row), ttl));
  commands.push_back(set(keys_.ours("client", client.id), std::move(value.extra), ttl));
  CO_TRY_VOID(co_await write(std::move(commands)));
  co_return Result<void>{};
}

Task<Result<std::optional<Client>>> RedisStore::find_client(std::string id) {
  std::vector<Command> commands{{"GET", keys_.of("client", id)}, {"GET", keys_.ours("client", id)}, {"PTTL", keys_.of("client", id)}};
  CO_TRY(auto replies, co_await read(std::move(commands)));
  if (!replies[0].is_text()) co_return std::optional<Client>();
  auto client = redis::read_client(replies[0].text, replies[1].text, replies[2].integer >= 0);
  if (!client) co_return fail(ErrorCode::Unavailable, "the row of a client is damaged: " + client.error().message());
  co_return std::optional<Client>(*std::move(client));
}

Task<Result<void>> RedisStore::touch_client(std::string id, TimePoint now) {
  std::vector<std::string> keys{keys_.of("client", id), keys_.ours("client", id)};
  std::vector<std::string> arguments{ttl_until(now + kClientIdle)};
  CO_TRY_VOID(co_await change(Script::TouchClient, std::move(keys), std::move(arguments)));
  co_return Result<void>{};
}

Task<Result<User>> RedisStore::find_or_create_user(std::string provider, std::string subject, std::string new_id, TimePoint now) {
  const UserRecord record{provider, subject, {new_id, now}};
  std::vector<std::string> keys{keys_.provider_identity(provider, subject)};
  std::vector<std::string> arguments{new_id, redis::user_row(record.user), redis::identity_row(record, now), std::to_string(unix_seconds(now))};
  CO_TRY(auto reply, co_await change(Script::FindUser, std::move(keys), std::move(arguments)));
  if (!reply.is_array() || reply.items.size() != 2) co_return fail(ErrorCode::Unavailable, "Redis gave no user");
  User user{reply.items[0].text, now};
  if (const auto row = redis::read_user(reply.items[1].text)) user.created_at = row->created_at;
  co_return user;
}

Task<Result<bool>> RedisStore::remember_once(std::string key, TimePoint expires_at, TimePoint now) {
  std::vector<std::string> keys{keys_.of("assertion-jwt", once_digest(key))};
  std::vector<std::string> arguments{std::to_string(unix_seconds(expires_at)), std::to_string(unix_seconds(now)), ttl_until(expires_at)};
  CO_TRY(auto reply, co_await change(Script::RememberOnce, std::move(keys), std::move(arguments), redis::Repeat::Never));
  co_return reply.integer == 1;
}

Task<Result<void>> RedisStore::put_registration(std::string key, UpstreamRegistration registration) {
  const std::string ttl = registration.secret_expires_at ? ttl_until(*registration.secret_expires_at) : std::string();
  std::vector<Command> commands;
  commands.push_back(set(keys_.of("dcr", key), redis::registration_row(key, registration, clock_.now()), ttl));
  CO_TRY_VOID(co_await write(std::move(commands)));
  co_return Result<void>{};
}

Task<Result<std::optional<UpstreamRegistration>>> RedisStore::find_registration(std::string key, TimePoint now) {
  std::vector<Command> commands{{"GET", keys_.of("dcr", key)}};
  CO_TRY(auto replies, co_await read(std::move(commands)));
  if (!replies[0].is_text()) co_return std::optional<UpstreamRegistration>();
  auto registration = redis::read_registration(replies[0].text);
  // A damaged row is as good as none: we register again.
  if (!registration || (registration->secret_expires_at && *registration->secret_expires_at <= now)) co_return std::optional<UpstreamRegistration>();
  co_return std::optional<UpstreamRegistration>(*std::move(registration));
}

Task<Result<Secret>> RedisStore::keep(std::string name, Secret value) {
  const auto key = keys_.ours("kept", "values");
  std::vector<Command> commands{{"HSETNX", key, name, value.reveal()}, {"HGET", key, name}};
  CO_TRY(auto replies, co_await write(std::move(commands)));
  co_return Secret(std::move(replies[1].text));
}

Task<Result<void>> RedisStore::sweep(TimePoint now) {
  for (int turn = 0; turn < kSweepTurns; ++turn) {
    std::vector<std::string> keys{keys_.unclaimed()};
    std::vector<std::string> arguments{std::to_string(unix_seconds(now)), std::to_string(kSweptAtOnce)};
    CO_TRY(auto reply, co_await change(Script::Sweep, std::move(keys), std::move(arguments)));
    if (reply.integer < kSweptAtOnce) break;
  }
  co_return Result<void>{};
}

}  // namespace vmcpauth::store
