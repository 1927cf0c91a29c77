// Real Redis servers of Debian's package, started by a test on free ports and ended with it: one alone (plain, or TLS with an ACL
// user), a master with a replica and three sentinels, a cluster of three.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "proxy/redis/settings.hpp"
#include "tests/support/child.hpp"
#include "tests/support/temp_dir.hpp"

namespace vmcpauth::test {

class RedisServers {
 public:
  virtual ~RedisServers() = default;
  [[nodiscard]] proxy::RedisSettings settings() const { return settings_.clone(); }

 protected:
  // Starts a server and waits until it answers.
  Child& start(std::vector<std::string> command, int port);
  TempDir folder_;
  proxy::RedisSettings settings_;
  std::vector<std::unique_ptr<Child>> children_;
};

class PlainRedis final : public RedisServers {
 public:
  PlainRedis();
};

// User "vmcpauth" with password "s3cret", allowed only what the store needs; everybody else off.
class TlsRedis final : public RedisServers {
 public:
  TlsRedis();
};

class PasswordRedis final : public RedisServers {
 public:
  PasswordRedis();
};

class SentinelRedis final : public RedisServers {
 public:
  SentinelRedis();
  // The master dies; a sentinel will make the replica master.
  void kill_master();
};

class ClusterRedis final : public RedisServers {
 public:
  ClusterRedis();
  // The slot of the key, with keys in it, begins to move from its node to another: none of them has gone yet.
  void start_moving(const std::string& key);
  // One more key goes. False: there is none left.
  bool move_one_key();
  // The rest goes, and the cluster is told.
  void finish_moving();

 private:
  int from_ = 0, to_ = 0;  // ports
  std::string slot_;
};

}  // namespace vmcpauth::test
