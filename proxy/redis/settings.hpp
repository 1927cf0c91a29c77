// Where a Redis is and how to talk to it: from the storage block of a configuration (ToolHive's redis_config) or from a
// --store URL. Pure values; the client makes connections of them.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.hpp"
#include "core/base/secret.hpp"

namespace vmcpauth::proxy {

struct RedisEndpoint {
  std::string host;  // a name or an address; IPv6 without brackets
  std::uint16_t port = 6379;
  [[nodiscard]] std::string text() const;
  friend bool operator==(const RedisEndpoint&, const RedisEndpoint&) = default;
};

enum class RedisMode : std::uint8_t { Standalone, Sentinel, Cluster };

struct RedisTls {
  std::optional<std::string> ca_file;  // PEM; none = the system's CAs
  std::optional<std::string> ca_pem;   // instead of the file
};

struct RedisSettings {
  RedisMode mode = RedisMode::Standalone;
  std::vector<RedisEndpoint> endpoints;  // the server, the sentinels, or some nodes of the cluster
  std::string master_name;               // Sentinel
  std::string user;                      // "" = password only, or none
  Secret password;                       // "" = none
  int database = 0;
  std::optional<RedisTls> tls, sentinel_tls;
  std::chrono::milliseconds dial_timeout{5'000}, read_timeout{3'000}, write_timeout{3'000};
  // How long an operation goes on trying; none = 2 s for one server, 15 s (a failover) for Sentinel and Cluster.
  std::optional<std::chrono::milliseconds> patience;
  std::string key_prefix;  // "" = to be derived

  [[nodiscard]] RedisSettings clone() const;
  // "redis://host:port", without credentials: for banners and messages.
  [[nodiscard]] std::string describe() const;
};

// "host:port"; IPv6 in brackets; the port may be left out. InvalidInput.
[[nodiscard]] Result<RedisEndpoint> parse_redis_endpoint(std::string_view text, std::uint16_t standard_port = 6379);

// redis[s]://[[user]:password@]host[:port][/db][?prefix=…&ca=FILE]
// redis[s]+sentinel://[…@]host[:port],host…/master[/db][?…]     (sentinels at 26379)
// redis[s]+cluster://[…@]host[:port],host…[?…]
// InvalidInput; messages never repeat the password.
[[nodiscard]] Result<RedisSettings> parse_redis_url(std::string_view url);
[[nodiscard]] bool is_redis_url(std::string_view text) noexcept;

}  // namespace vmcpauth::proxy
