#include "proxy/redis/connection.hpp"

#include "core/base/encoding.hpp"
#include "proxy/idle_pool.hpp"

namespace vmcpauth::proxy {
namespace {

using store::redis::Command;
using store::redis::Reply;

constexpr std::chrono::seconds kIdle{60};
constexpr std::size_t kKeptAThread = 16;

std::string where(const Peer& peer) { return "Redis at " + RedisEndpoint{peer.host, peer.port}.text(); }

}  // namespace

RedisConnection::RedisConnection(Peer peer, std::string pool_key) : peer_(std::move(peer)), pool_key_(std::move(pool_key)), wakeup_(*IoThread::current()) {}

std::unexpected<Error> RedisConnection::lost(std::string_view how) const { return fail(ErrorCode::Unavailable, where(peer_) + " " + std::string(how)); }

Task<Result<void>> RedisConnection::open(const RedisGreeting& greeting, SteadyPoint deadline) {
  if (auto pooled = wakeup_.thread().idle_connections().take(pool_key_)) {
    stream_ = std::move(*pooled);
    stream_.attach(&wakeup_);
    co_return Result<void>{};
  }
  CO_TRY(stream_, co_await connect(peer_, wakeup_, deadline));
  auto greeted = co_await greet(greeting, deadline);
  co_return greeted;
}

Task<Result<void>> RedisConnection::greet(const RedisGreeting& greeting, SteadyPoint deadline) {
  std::vector<Command> commands;
  if (!greeting.password.empty()) {
    Command auth{"AUTH"};
    if (!greeting.user.empty()) auth.push_back(greeting.user);
    auth.push_back(greeting.password.reveal());
    commands.push_back(std::move(auth));
  }
  if (greeting.database != 0) commands.push_back({"SELECT", std::to_string(greeting.database)});
  if (greeting.must_be_master) commands.push_back({"ROLE"});
  std::string bytes;
  for (const auto& command : commands) CO_TRY_VOID(store::redis::append_command(bytes, command));
  CO_TRY_VOID(co_await write(bytes, deadline));
  for (const auto& command : commands) {
    CO_TRY(auto reply, co_await read(deadline));
    if (command[0] == "AUTH" && reply.is_error()) {
      const bool refused = reply.is_error("WRONGPASS") || reply.is_error("ERR") || reply.is_error("NOAUTH");
      co_return fail(refused ? ErrorCode::Unauthenticated : ErrorCode::Unavailable, where(peer_) + " refuses user or password: " + printable(reply.text, 200));
    }
    if (reply.is_error("NOAUTH")) co_return fail(ErrorCode::Unauthenticated, where(peer_) + " asks for a password, and none is configured");
    if (reply.is_error()) co_return lost("answered " + command[0] + " with: " + printable(reply.text, 200));
    if (command[0] == "ROLE" && (reply.items.empty() || reply.items[0].text != "master")) co_return lost("is no master any more");
  }
  co_return Result<void>{};
}

Task<Result<std::vector<Reply>>> RedisConnection::exchange(const std::string& bytes, std::size_t replies, std::chrono::milliseconds write_within,
                                                           std::chrono::milliseconds read_within) {
  CO_TRY_VOID(co_await write(bytes, std::chrono::steady_clock::now() + write_within));
  std::vector<Reply> out;
  out.reserve(replies);
  while (out.size() < replies) {
    CO_TRY(auto reply, co_await read(std::chrono::steady_clock::now() + read_within));
    out.push_back(std::move(reply));
  }
  co_return out;
}

void RedisConnection::keep() { wakeup_.thread().idle_connections().put(pool_key_, std::move(stream_), kIdle, kKeptAThread); }

Task<Result<void>> RedisConnection::write(const std::string& bytes, SteadyPoint deadline) {
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    const auto result = stream_.write(std::string_view(bytes).substr(sent));
    if (result.over()) co_return lost("broke the connection off");
    sent += result.bytes;
    if (result.ok()) continue;
    stream_.arm_write();
    const bool woken = co_await wakeup_.wait(deadline);
    if (!woken) co_return lost("did not take a command in time");
  }
  co_return Result<void>{};
}

Task<Result<Reply>> RedisConnection::read(SteadyPoint deadline) {
  while (true) {
    CO_TRY(auto reply, reader_.next());
    if (reply) co_return *std::move(reply);
    const auto scratch = wakeup_.thread().scratch();
    const auto result = stream_.read(scratch);
    if (result.ok()) {
      CO_TRY_VOID(reader_.feed(std::string_view(scratch.data(), result.bytes)));
      continue;
    }
    if (result.over()) co_return lost("broke the connection off");
    stream_.arm_read();
    const bool woken = co_await wakeup_.wait(deadline);
    if (!woken) co_return lost("did not answer in time");
  }
}

}  // namespace vmcpauth::proxy
