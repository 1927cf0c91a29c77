// One connection to one Redis server on one io thread: connected, authenticated and set to its database, then used for one
// exchange at a time. Pooled by the thread's IdlePool between exchanges.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/store/redis/resp.hpp"
#include "proxy/connect.hpp"
#include "proxy/redis/settings.hpp"

namespace vmcpauth::proxy {

// What a connection is told first.
struct RedisGreeting {
  std::string user;
  Secret password;
  int database = 0;
  bool must_be_master = false;  // found through Sentinel, which may be behind
};

class RedisConnection {
 public:
  // On an io thread, which is the connection's from then on.
  RedisConnection(Peer peer, std::string pool_key);
  RedisConnection(const RedisConnection&) = delete;
  RedisConnection& operator=(const RedisConnection&) = delete;

  // Takes a pooled connection or makes one. Errors of connect(); Unauthenticated: user or password refused; Unavailable: it
  // is no master, or does not accept commands now.
  [[nodiscard]] Task<Result<void>> open(const RedisGreeting& greeting, SteadyPoint deadline);
  // One reply a command, in order. After an error the connection is of no use.
  [[nodiscard]] Task<Result<std::vector<store::redis::Reply>>> exchange(const std::string& bytes, std::size_t replies, std::chrono::milliseconds write_within,
                                                                        std::chrono::milliseconds read_within);
  // Gives it back for the next exchange.
  void keep();

 private:
  using Reply = store::redis::Reply;
  [[nodiscard]] Task<Result<void>> greet(const RedisGreeting& greeting, SteadyPoint deadline);
  [[nodiscard]] Task<Result<void>> write(const std::string& bytes, SteadyPoint deadline);
  [[nodiscard]] Task<Result<Reply>> read(SteadyPoint deadline);
  [[nodiscard]] std::unexpected<Error> lost(std::string_view how) const;

  Peer peer_;
  std::string pool_key_;
  Wakeup wakeup_;
  Stream stream_;
  store::redis::ReplyReader reader_;
};

}  // namespace vmcpauth::proxy
