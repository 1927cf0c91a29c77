#include "tests/support/redis_servers.hpp"

#include <signal.h>
#include <sys/time.h>

#include <chrono>
#include <fstream>
#include <functional>
#include <memory>
#include <stdexcept>
#include <thread>

#include <hiredis/hiredis.h>

#include "tests/support/certificates.hpp"

namespace vmcpauth::test {
namespace {

constexpr std::chrono::seconds kPatience{30};

void wait_until(const char* what, const std::function<bool()>& is_so) {
  const auto give_up = std::chrono::steady_clock::now() + kPatience;
  while (!is_so()) {
    if (std::chrono::steady_clock::now() > give_up) throw std::runtime_error(std::string("waited in vain for ") + what);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

// What a server answers to one command, as text; "" when it does not answer.
std::string answer(int port, const std::string& command) {
  const timeval patience{1, 0};
  const std::unique_ptr<redisContext, decltype(&redisFree)> context(redisConnectWithTimeout("127.0.0.1", port, patience), redisFree);
  if (!context || context->err != 0) return {};
  auto* reply = static_cast<redisReply*>(redisCommand(context.get(), command.c_str()));
  if (reply == nullptr) return {};
  std::string text = reply->str != nullptr ? std::string(reply->str, reply->len) : "?";
  if (reply->type == REDIS_REPLY_INTEGER) text = std::to_string(reply->integer);
  if (reply->type == REDIS_REPLY_ARRAY && reply->elements > 0 && reply->element[0]->str != nullptr) text = reply->element[0]->str;
  freeReplyObject(reply);
  return text;
}

std::vector<std::string> server(int port, const std::string& folder, std::vector<std::string> more = {}) {
  std::vector<std::string> command{"redis-server", "--port", std::to_string(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder};
  command.insert(command.end(), more.begin(), more.end());
  return command;
}

}  // namespace

Child& RedisServers::start(std::vector<std::string> command, int port) {
  const auto log = (folder_.path() / ("log" + std::to_string(port))).string();
  children_.push_back(std::make_unique<Child>(command, log));
  wait_until("redis-server", [&] { return !answer(port, "PING").empty(); });
  return *children_.back();
}

PlainRedis::PlainRedis() {
  const int port = free_port();
  start(server(port, folder_.path()), port);
  settings_.endpoints = {{"127.0.0.1", static_cast<std::uint16_t>(port)}};
}

PasswordRedis::PasswordRedis() {
  const int port = free_port();
  start(server(port, folder_.path(), {"--requirepass", "only a password"}), port);
  settings_.endpoints = {{"127.0.0.1", static_cast<std::uint16_t>(port)}};
  settings_.password = Secret("only a password");
  settings_.database = 3;
}

TlsRedis::TlsRedis() {
  const auto path = [&](const char* name) { return (folder_.path() / name).string(); };
  const TestAuthority authority(folder_.path());
  const auto files = authority.issue("redis", "DNS:localhost");
  std::ofstream(path("users.acl")) << "user default off\nuser vmcpauth on >s3cret ~thv:auth:* +@read +@write +@scripting +@connection +ping +dbsize -keys\n";
  const int port = free_port();
  const int plain = free_port();  // only for the test to see that it is up
  start(server(plain, folder_.path(),
               {"--tls-port", std::to_string(port), "--tls-cert-file", files.certificate, "--tls-key-file", files.key, "--tls-ca-cert-file", authority.bundle(),
                "--tls-auth-clients", "no", "--aclfile", path("users.acl")}),
        plain);
  settings_.endpoints = {{"localhost", static_cast<std::uint16_t>(port)}};
  settings_.tls = proxy::RedisTls{authority.bundle().string()};
  settings_.user = "vmcpauth";
  settings_.password = Secret("s3cret");
}

SentinelRedis::SentinelRedis() {
  settings_.mode = proxy::RedisMode::Sentinel;
  settings_.master_name = "mymaster";
  const int master = free_port();
  start(server(master, folder_.path()), master);
  const int replica = free_port();
  start(server(replica, folder_.path(), {"--replicaof", "127.0.0.1 " + std::to_string(master), "--repl-diskless-sync-delay", "0"}), replica);
  for (int i = 0; i < 3; ++i) {
    const int port = free_port();
    const auto file = (folder_.path() / ("sentinel" + std::to_string(i) + ".conf")).string();
    std::ofstream(file) << "port " << port << "\nbind 127.0.0.1\nsentinel monitor mymaster 127.0.0.1 " << master
                        << " 2\nsentinel down-after-milliseconds mymaster 500\nsentinel failover-timeout mymaster 3000\n";
    start({"redis-sentinel", file}, port);
    settings_.endpoints.push_back({"127.0.0.1", static_cast<std::uint16_t>(port)});
  }
  wait_until("the replica", [&] { return answer(replica, "INFO replication").find("master_link_status:up") != std::string::npos; });
  wait_until("the sentinels", [&] {
    for (const auto& sentinel : settings_.endpoints) {
      const auto info = answer(sentinel.port, "INFO sentinel");
      if (info.find("slaves=1,sentinels=3") == std::string::npos) return false;
    }
    return true;
  });
}

void SentinelRedis::kill_master() {
  children_.front()->kill(SIGKILL);
  children_.front()->wait();
}

ClusterRedis::ClusterRedis() {
  settings_.mode = proxy::RedisMode::Cluster;
  std::vector<std::string> create{"redis-cli", "--cluster", "create"};
  for (int i = 0; i < 3; ++i) {
    const int port = free_port();
    start(server(port, folder_.path(),
                 {"--cluster-enabled", "yes", "--cluster-config-file", "nodes" + std::to_string(i) + ".conf", "--cluster-port", std::to_string(free_port())}),
          port);
    settings_.endpoints.push_back({"127.0.0.1", static_cast<std::uint16_t>(port)});
    create.push_back("127.0.0.1:" + std::to_string(port));
  }
  create.insert(create.end(), {"--cluster-yes"});
  Child cli(create, (folder_.path() / "create").string());
  if (cli.wait() != 0) throw std::runtime_error("the cluster could not be made");
  wait_until("the cluster", [&] {
    for (const auto& node : settings_.endpoints) {
      if (answer(node.port, "CLUSTER INFO").find("cluster_state:ok") == std::string::npos) return false;
    }
    return true;
  });
}

void ClusterRedis::start_moving(const std::string& key) {
  slot_ = answer(settings_.endpoints.front().port, "CLUSTER KEYSLOT " + key);
  for (const auto& node : settings_.endpoints) {
    const auto held = answer(node.port, "CLUSTER COUNTKEYSINSLOT " + slot_);
    (held != "0" ? from_ : to_) = node.port;
  }
  if (from_ == 0 || to_ == 0) throw std::runtime_error("no keys in the slot that should move");
  answer(to_, "CLUSTER SETSLOT " + slot_ + " IMPORTING " + answer(from_, "CLUSTER MYID"));
  answer(from_, "CLUSTER SETSLOT " + slot_ + " MIGRATING " + answer(to_, "CLUSTER MYID"));
}

bool ClusterRedis::move_one_key() {
  const auto key = answer(from_, "CLUSTER GETKEYSINSLOT " + slot_ + " 1");
  if (key.empty() || key == "?") return false;
  if (answer(from_, "MIGRATE 127.0.0.1 " + std::to_string(to_) + " " + key + " 0 5000") != "OK") throw std::runtime_error("a key does not move: " + key);
  return true;
}

void ClusterRedis::finish_moving() {
  while (move_one_key()) continue;
  const auto owner = answer(to_, "CLUSTER MYID");
  answer(to_, "CLUSTER SETSLOT " + slot_ + " NODE " + owner);
  for (const auto& node : settings_.endpoints) answer(node.port, "CLUSTER SETSLOT " + slot_ + " NODE " + owner);
}

}  // namespace vmcpauth::test
