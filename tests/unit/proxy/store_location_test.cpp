#include "proxy/store/location.hpp"

#include "tests/support/catch.hpp"

using namespace vmcpauth;
using namespace vmcpauth::proxy;

TEST_CASE("store location: what --store takes") {
  CHECK(std::holds_alternative<MemoryLocation>(parse_store_location("memory").value()));
  CHECK(std::get<SqliteLocation>(parse_store_location("sqlite").value()).path.empty());
  CHECK(std::get<SqliteLocation>(parse_store_location("sqlite:a b/c.db").value()).path == "a b/c.db");

  const auto plain = std::get<RedisSettings>(parse_store_location("redis://localhost").value());
  CHECK(plain.mode == RedisMode::Standalone);
  CHECK(plain.endpoints == std::vector<RedisEndpoint>{{"localhost", 6379}});
  CHECK_FALSE(plain.tls.has_value());

  const auto full = std::get<RedisSettings>(parse_store_location("rediss://user:p%40ss@[::1]:7000/3?prefix=thv:auth:%7Ba:b%7D:&ca=/ca.pem").value());
  CHECK(full.endpoints == std::vector<RedisEndpoint>{{"::1", 7000}});
  CHECK(full.user == "user");
  CHECK(full.password.reveal() == "p@ss");
  CHECK(full.database == 3);
  CHECK(full.key_prefix == "thv:auth:{a:b}:");
  CHECK(full.tls->ca_file == "/ca.pem");
  CHECK(full.describe() == "rediss://[::1]:7000/3");

  const auto sentinel = std::get<RedisSettings>(parse_store_location("redis+sentinel://:pw@a,b:1/mymaster/2").value());
  CHECK(sentinel.mode == RedisMode::Sentinel);
  CHECK(sentinel.endpoints == std::vector<RedisEndpoint>{{"a", 26379}, {"b", 1}});
  CHECK(sentinel.master_name == "mymaster");
  CHECK(sentinel.database == 2);
  CHECK(sentinel.user.empty());

  CHECK(std::get<RedisSettings>(parse_store_location("rediss+cluster://a,b:2").value()).mode == RedisMode::Cluster);
}

TEST_CASE("store location: what it does not take, and no password in what it says") {
  for (const char* text : {"",
                           "sqlite:",
                           "postgres://x",
                           "redis",
                           "redis:",
                           "redis://",
                           "redis://:0",
                           "redis://h:0",
                           "redis://h:65536",
                           "redis://h:x",
                           "redis://a,b",
                           "redis://marker@h",
                           "redis://u:marker%zz@h",
                           "redis://u:marker@h/x",
                           "redis://u:marker@h/-1",
                           "redis://u:marker@h?unknown=1",
                           "redis://h?ca=/x",
                           "redis://u:marker#1@h",
                           "redis://[::1",
                           "redis://[::1]x",
                           "redis+sentinel://h",
                           "redis+sentinel://h/",
                           "redis+cluster://h/1",
                           "redis://h/99999999999999",
                           "memory:",
                           "Memory"}) {
    INFO(text);
    const auto refused = parse_store_location(text);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code() == ErrorCode::InvalidInput);
    CHECK(refused.error().describe().find("marker") == std::string::npos);
  }
}

TEST_CASE("store location: what a configuration says") {
  config::AuthServer server;
  CHECK_FALSE(configured_store(server).value().has_value());
  server.storage = config::StorageType::Memory;
  CHECK(std::holds_alternative<MemoryLocation>(*configured_store(server).value()));
  server.storage = config::StorageType::Redis;
  CHECK_FALSE(configured_store(server).has_value());
  server.redis.emplace();
  server.redis->addr = "redis.svc:6380";
  server.redis->password = Secret("pw");
  server.redis->key_prefix = "thv:auth:{a:b}:";
  server.redis->read_timeout = Milliseconds(1500);
  const auto settings = std::get<RedisSettings>(*configured_store(server).value());
  CHECK(settings.endpoints == std::vector<RedisEndpoint>{{"redis.svc", 6380}});
  CHECK(settings.password.reveal() == "pw");
  CHECK(settings.read_timeout == Milliseconds(1500));
  CHECK(settings.key_prefix == "thv:auth:{a:b}:");

  server.redis->sentinel_addrs = {"s1:26379", "s2"};
  CHECK_FALSE(configured_store(server).has_value());  // no master
  server.redis->master_name = "mymaster";
  CHECK(std::get<RedisSettings>(*configured_store(server).value()).mode == RedisMode::Sentinel);
  server.redis->tls.emplace();
  server.redis->tls->insecure_skip_verify = true;
  CHECK(configured_store(server).error().describe().find("insecure_skip_verify") != std::string::npos);
  server.redis->tls->insecure_skip_verify = false;
  server.redis->missing = "the Secret \"x\" is not in the input";
  CHECK(configured_store(server).error().describe().find("the Secret \"x\"") != std::string::npos);
}
