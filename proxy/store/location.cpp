#include "proxy/store/location.hpp"

#include "core/base/encoding.hpp"

namespace vmcpauth::proxy {
namespace {

Result<std::optional<RedisTls>> tls_of(const std::optional<config::RedisTls>& tls) {
  if (!tls) return std::nullopt;
  if (tls->insecure_skip_verify) {
    return fail(ErrorCode::InvalidConfig, "storage: insecure_skip_verify is not supported, for it sends the password to whoever answers; name the CA instead");
  }
  RedisTls out;
  if (!tls->ca_file.empty()) out.ca_file = tls->ca_file;
  out.ca_pem = tls->ca_pem;
  return out;
}

Result<RedisEndpoint> endpoint_of(const std::string& text, std::uint16_t port) {
  auto endpoint = parse_redis_endpoint(text, port);
  if (!endpoint) return fail(ErrorCode::InvalidConfig, "storage: " + endpoint.error().message());
  return endpoint;
}

Result<RedisSettings> settings_of(const config::RedisStorage& storage) {
  if (!storage.missing.empty()) {
    return fail(ErrorCode::InvalidConfig, "the Redis of the storage block cannot be used: " + storage.missing);
  }
  RedisSettings out;
  for (const auto& address : storage.sentinel_addrs) {
    TRY(auto endpoint, endpoint_of(address, 26379));
    out.endpoints.push_back(std::move(endpoint));
  }
  if (!out.endpoints.empty()) {
    out.mode = RedisMode::Sentinel;
    out.master_name = storage.master_name;
    if (out.master_name.empty()) return fail(ErrorCode::InvalidConfig, "storage: Sentinel needs the name of the master");
  } else {
    TRY(auto endpoint, endpoint_of(storage.addr, 6379));
    out.endpoints.push_back(std::move(endpoint));
    out.mode = storage.cluster ? RedisMode::Cluster : RedisMode::Standalone;
  }
  out.user = storage.user;
  if (storage.password) out.password = storage.password->clone();
  out.database = storage.database;
  out.key_prefix = storage.key_prefix;
  if (storage.dial_timeout) out.dial_timeout = *storage.dial_timeout;
  if (storage.read_timeout) out.read_timeout = *storage.read_timeout;
  if (storage.write_timeout) out.write_timeout = *storage.write_timeout;
  TRY(out.tls, tls_of(storage.tls));
  TRY(out.sentinel_tls, tls_of(storage.sentinel_tls));
  return out;
}

}  // namespace

Result<StoreLocation> parse_store_location(std::string_view text) {
  if (text == "memory") return MemoryLocation{};
  if (text == "sqlite") return SqliteLocation{};
  if (text.starts_with("sqlite:")) {
    const auto path = text.substr(7);
    if (path.empty()) return fail(ErrorCode::InvalidInput, "sqlite: needs a path, as in sqlite:./sessions.db");
    return SqliteLocation{std::filesystem::path(path)};
  }
  if (!is_redis_url(text)) {
    return fail(ErrorCode::InvalidInput, "a store is memory, sqlite, sqlite:PATH, redis://…, rediss://…, redis+sentinel://… or redis+cluster://…");
  }
  TRY(auto settings, parse_redis_url(text));
  return settings;
}

Result<std::optional<StoreLocation>> configured_store(const config::AuthServer& server) {
  switch (server.storage) {
    case config::StorageType::Unnamed: return std::nullopt;
    case config::StorageType::Memory: return MemoryLocation{};
    case config::StorageType::Redis: break;
  }
  if (!server.redis) return fail(ErrorCode::InvalidConfig, "storage of type redis without its block");
  TRY(auto settings, settings_of(*server.redis));
  return settings;
}

}  // namespace vmcpauth::proxy
