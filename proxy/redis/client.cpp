#include "proxy/redis/client.hpp"

#include <algorithm>

#include "core/base/encoding.hpp"
#include "proxy/client_call.hpp"
#include "proxy/io_thread.hpp"

namespace vmcpauth::proxy {
namespace {

using store::redis::Command;
using store::redis::Repeat;
using store::redis::Reply;

// How long an operation goes on trying: a restart of one server, or a failover.
constexpr std::chrono::milliseconds kPatience{2'000};
constexpr std::chrono::milliseconds kFailoverPatience{15'000};
constexpr std::chrono::milliseconds kFirstPause{20};
constexpr std::chrono::milliseconds kLongestPause{500};
constexpr int kMaxRedirects = 8;

// "MOVED <slot> <host>:<port>"; without a host it is the one that was asked.
std::optional<RedisEndpoint> redirect_of(const Reply& reply, const RedisEndpoint& asked) {
  const auto space = reply.text.rfind(' ');
  if (space == std::string::npos) return std::nullopt;
  auto target = reply.text.substr(space + 1);
  const auto colon = target.rfind(':');
  if (colon == std::string::npos) return std::nullopt;
  auto host = target.substr(0, colon);
  if (host.find(':') != std::string::npos && !host.starts_with('[')) host = "[" + host + "]";
  if (host.empty() || host == "?") host = asked.host.find(':') == std::string::npos ? asked.host : "[" + asked.host + "]";
  auto endpoint = parse_redis_endpoint(host + target.substr(colon));
  if (!endpoint) return std::nullopt;
  return *std::move(endpoint);
}

const Reply* first_with(const std::vector<Reply>& replies, std::string_view word) {
  const auto it = std::ranges::find_if(replies, [&](const Reply& reply) { return reply.is_error(word); });
  return it == replies.end() ? nullptr : &*it;
}

bool is_torn_script(const Reply& reply) { return reply.is_error() && reply.text.find("non local key") != std::string::npos; }

// The server refused, and another one, or a little time, will help. While a slot moves a script may also find that a key it made
// up is at the other node.
const Reply* refused_for_now(const std::vector<Reply>& replies) {
  for (const auto* word : {"READONLY", "LOADING", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "NOREPLICAS"}) {
    if (const auto* reply = first_with(replies, word)) return reply;
  }
  const auto it = std::ranges::find_if(replies, is_torn_script);
  return it == replies.end() ? nullptr : &*it;
}

Result<std::string> bytes_of(const std::vector<Command>& commands, bool asking) {
  std::string bytes;
  for (const auto& command : commands) {
    if (asking) TRY_VOID(store::redis::append_command(bytes, {"ASKING"}));
    TRY_VOID(store::redis::append_command(bytes, command));
  }
  return bytes;
}

// Null: no TLS.
Result<std::shared_ptr<TlsContext>> trust_of(const std::optional<RedisTls>& tls) {
  if (!tls) return nullptr;
  return TlsContext::make({.ca_bundle_path = tls->ca_file, .ca_bundle_pem = tls->ca_pem});
}

}  // namespace

Result<std::unique_ptr<RedisClient>> RedisClient::make(RedisSettings settings, IoPool& pool, const Logger& log) {
  if (settings.endpoints.empty()) return fail(ErrorCode::InvalidConfig, "no address of Redis");
  std::unique_ptr<RedisClient> client(new RedisClient(std::move(settings), pool, log));
  TRY(client->tls_, trust_of(client->settings_.tls));
  TRY(client->sentinel_tls_, trust_of(client->settings_.sentinel_tls));
  return client;
}

RedisClient::~RedisClient() = default;

std::chrono::milliseconds RedisClient::patience() const {
  return settings_.patience.value_or(settings_.mode == RedisMode::Standalone ? kPatience : kFailoverPatience);
}

RedisGreeting RedisClient::greeting() const { return {settings_.user, settings_.password.clone(), settings_.database, settings_.mode == RedisMode::Sentinel}; }

// The operator names the servers, and they name one another: no address is off limits.
Peer RedisClient::peer_of(const RedisEndpoint& endpoint, const std::shared_ptr<TlsContext>& tls) const {
  Peer peer{.host = endpoint.host, .port = endpoint.port, .policy = {}, .tls = tls};
  peer.policy.allow_private_addresses = true;
  peer.policy.allow_loopback = true;
  peer.policy.allow_http = true;
  return peer;
}

RedisEndpoint RedisClient::next_endpoint() {
  return state_.with([&](State& state) { return settings_.endpoints[state.next_endpoint++ % settings_.endpoints.size()]; });
}
void RedisClient::forget(const RedisEndpoint& node) {
  state_.with([&](State& state) {
    if (state.node == node) state.node.reset();
  });
}
void RedisClient::remember(RedisEndpoint node) {
  state_.with([&](State& state) { state.node = std::move(node); });
}

Task<Result<std::vector<Reply>>> RedisClient::run(std::vector<Command> commands, Repeat repeat) {
  if (IoThread::current() == nullptr) co_await ResumeOn{pool_.executor(0)};
  CO_TRY(const auto bytes, bytes_of(commands, false));
  const auto give_up = std::chrono::steady_clock::now() + patience();
  auto pause = kFirstPause;
  int redirects = 0;
  while (true) {
    Error trouble(ErrorCode::Unavailable, "Redis does not answer");
    auto node = co_await find_node(give_up);
    if (node) {
      auto outcome = co_await try_once(bytes, commands.size(), *node);
      if (outcome.replies) {
        if (const auto* moved = first_with(*outcome.replies, "MOVED"); moved != nullptr && redirects++ < kMaxRedirects) {
          if (auto target = redirect_of(*moved, *node)) {
            remember(*std::move(target));
            continue;
          }
        }
        if (const auto* asks = first_with(*outcome.replies, "ASK"); asks != nullptr && redirects++ < kMaxRedirects) {
          if (auto target = redirect_of(*asks, *node)) {
            auto answer = co_await ask(commands, *std::move(outcome.replies), *std::move(target));
            outcome = std::move(answer);
          }
        }
      }
      if (outcome.replies) {
        const auto* refused = refused_for_now(*outcome.replies);
        if (refused == nullptr) {
          // Of a cluster the node that answered: what names no key (SCAN) has to go where the keys are.
          if (settings_.mode == RedisMode::Cluster) remember(*std::move(node));
          co_return std::move(outcome.replies);
        }
        trouble = Error(ErrorCode::Unavailable, "Redis answered: " + printable(refused->text, 200));
        // The rest of the commands may have run (LOADING answers them all alike, a failover may not).
        outcome.may_have_run = commands.size() > 1 || is_torn_script(*refused);
      } else {
        trouble = std::move(outcome.replies).error();
      }
      if (trouble.code() == ErrorCode::Unauthenticated) co_return fail(ErrorCode::Unavailable, trouble.describe());
      forget(*node);
      if (outcome.may_have_run && repeat == Repeat::Never) co_return std::unexpected(std::move(trouble).note("it is not known whether the operation was done"));
    } else {
      trouble = std::move(node).error();
      if (trouble.code() == ErrorCode::Unauthenticated) co_return fail(ErrorCode::Unavailable, trouble.describe());
    }
    if (std::chrono::steady_clock::now() + pause >= give_up || IoThread::current()->stopping()) {
      log_.warn("redis_unavailable", {{"store", settings_.describe()}, {"reason", trouble.describe()}});
      co_return fail(ErrorCode::Unavailable, trouble.describe());
    }
    Wakeup wakeup(*IoThread::current());
    [[maybe_unused]] const bool woken = co_await wakeup.wait(std::chrono::steady_clock::now() + pause);
    pause = std::min(2 * pause, kLongestPause);
  }
}

Task<RedisClient::Try> RedisClient::try_once(const std::string& bytes, std::size_t replies, RedisEndpoint node) {
  RedisConnection connection(peer_of(node, tls_), settings_.describe() + " " + node.text());
  const auto hello = greeting();
  auto opened = co_await connection.open(hello, std::chrono::steady_clock::now() + settings_.dial_timeout);
  if (!opened) co_return Try{std::unexpected(std::move(opened).error()), false};
  auto answer = co_await connection.exchange(bytes, replies, settings_.write_timeout, settings_.read_timeout);
  if (answer) connection.keep();
  Try outcome{std::move(answer), true};
  co_return outcome;
}

Task<RedisClient::Try> RedisClient::ask(const std::vector<Command>& commands, std::vector<Reply> replies, RedisEndpoint node) {
  // Only the keys that have moved already: the others are still where they were, and there they would be missing.
  std::vector<Command> moved;
  for (std::size_t i = 0; i < replies.size(); ++i) {
    if (replies[i].is_error("ASK")) moved.push_back(commands[i]);
  }
  auto bytes = bytes_of(moved, true);
  if (!bytes) co_return Try{std::unexpected(std::move(bytes).error()), false};
  auto outcome = co_await try_once(*bytes, 2 * moved.size(), std::move(node));
  if (!outcome.replies) co_return outcome;
  auto answer = outcome.replies->begin() + 1;  // after that of ASKING
  for (auto& reply : replies) {
    if (!reply.is_error("ASK")) continue;
    reply = std::move(*answer);
    if (outcome.replies->end() - answer > 2) answer += 2;
  }
  outcome.replies = std::move(replies);
  co_return outcome;
}

Task<Result<RedisEndpoint>> RedisClient::find_node(SteadyPoint deadline) {
  const auto known = state_.with([](const State& state) { return state.node; });
  if (known) co_return *known;
  if (settings_.mode != RedisMode::Sentinel) co_return next_endpoint();
  Error trouble(ErrorCode::Unavailable, "no sentinel knows the master " + settings_.master_name);
  for (std::size_t i = 0; i < settings_.endpoints.size(); ++i) {
    auto sentinel = next_endpoint();
    auto master = co_await ask_sentinel(std::move(sentinel), deadline);
    if (master) {
      remember(*master);
      co_return *std::move(master);
    }
    trouble = std::move(trouble).note(master.error().describe());
  }
  co_return std::unexpected(std::move(trouble));
}

Task<Result<RedisEndpoint>> RedisClient::ask_sentinel(RedisEndpoint sentinel, SteadyPoint deadline) {
  RedisConnection connection(peer_of(sentinel, sentinel_tls_), settings_.describe() + " sentinel " + sentinel.text());
  const RedisGreeting hello;
  deadline = std::min(deadline, std::chrono::steady_clock::now() + settings_.dial_timeout);
  CO_TRY_VOID(co_await connection.open(hello, deadline));
  std::string bytes;
  const Command question{"SENTINEL", "get-master-addr-by-name", settings_.master_name};
  CO_TRY_VOID(store::redis::append_command(bytes, question));
  CO_TRY(auto replies, co_await connection.exchange(bytes, 1, settings_.write_timeout, settings_.read_timeout));
  connection.keep();
  const auto& answer = replies[0];
  if (answer.is_error()) co_return fail(ErrorCode::Unavailable, "sentinel " + sentinel.text() + ": " + printable(answer.text, 200));
  if (answer.items.size() != 2) co_return fail(ErrorCode::Unavailable, "sentinel " + sentinel.text() + " knows no master " + settings_.master_name);
  const auto& host = answer.items[0].text;
  CO_TRY(auto master, parse_redis_endpoint((host.find(':') == std::string::npos ? host : "[" + host + "]") + ":" + answer.items[1].text));
  co_return master;
}

}  // namespace vmcpauth::proxy
