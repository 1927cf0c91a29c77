// The Redis store's transport over our own sockets: finds the server that is responsible (one address, the master that the
// sentinels name, the node of the cluster that holds our slot), keeps a few connections to it on every io thread, and tries again,
// within a bound, while servers restart, fail over or move. Thread-safe.
#pragma once

#include "core/base/guarded.hpp"
#include "core/base/log.hpp"
#include "core/store/redis/transport.hpp"
#include "proxy/io_pool.hpp"
#include "proxy/redis/connection.hpp"

namespace vmcpauth::proxy {

class TlsContexts;

class RedisClient final : public store::redis::Transport {
 public:
  // InvalidConfig: a CA file that cannot be read. The pool outlives the client, and the client its tasks.
  [[nodiscard]] static Result<std::unique_ptr<RedisClient>> make(RedisSettings settings, IoPool& pool, const Logger& log);
  ~RedisClient() override;

  [[nodiscard]] Task<Result<std::vector<store::redis::Reply>>> run(std::vector<store::redis::Command> commands, store::redis::Repeat repeat) override;

 private:
  using Reply = store::redis::Reply;
  // What one try came to.
  struct Try {
    Result<std::vector<Reply>> replies;
    bool may_have_run = false;
  };
  struct State {
    std::optional<RedisEndpoint> node;
    std::size_t next_endpoint = 0;
  };

  RedisClient(RedisSettings settings, IoPool& pool, const Logger& log) : settings_(std::move(settings)), pool_(pool), log_(log) {}
  [[nodiscard]] Task<Try> try_once(const std::string& bytes, std::size_t replies, RedisEndpoint node);
  // The replies with those that say ASK replaced by what the node answers that the slot is moving to.
  [[nodiscard]] Task<Try> ask(const std::vector<store::redis::Command>& commands, std::vector<Reply> replies, RedisEndpoint node);
  [[nodiscard]] Task<Result<RedisEndpoint>> find_node(SteadyPoint deadline);
  [[nodiscard]] Task<Result<RedisEndpoint>> ask_sentinel(RedisEndpoint sentinel, SteadyPoint deadline);
  [[nodiscard]] RedisEndpoint next_endpoint();
  void forget(const RedisEndpoint& node);
  void remember(RedisEndpoint node);
  [[nodiscard]] Peer peer_of(const RedisEndpoint& endpoint, const std::shared_ptr<TlsContext>& tls) const;
  [[nodiscard]] RedisGreeting greeting() const;
  [[nodiscard]] std::chrono::milliseconds patience() const;

  RedisSettings settings_;
  IoPool& pool_;
  const Logger& log_;
  std::shared_ptr<TlsContext> tls_, sentinel_tls_;
  Guarded<State> state_;
};

}  // namespace vmcpauth::proxy
