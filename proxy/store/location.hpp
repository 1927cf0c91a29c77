// Where sessions are kept: what --store and the storage block of a configuration come to. Pure values; see open_store.hpp.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>
#include <variant>

#include "core/config/runtime.hpp"
#include "proxy/redis/settings.hpp"

namespace vmcpauth::proxy {

struct MemoryLocation {};
struct SqliteLocation {
  std::filesystem::path path;  // "" = the standard file in the state folder
};
using StoreLocation = std::variant<MemoryLocation, SqliteLocation, RedisSettings>;

// memory | sqlite | sqlite:PATH | redis://… (see parse_redis_url). InvalidInput.
[[nodiscard]] Result<StoreLocation> parse_store_location(std::string_view text);

// What the configuration says; nullopt when it says nothing. InvalidConfig: an address that is none, a secret that is missing,
// certificates that are not to be verified.
[[nodiscard]] Result<std::optional<StoreLocation>> configured_store(const config::AuthServer& server);

// In the state folder (core/client/credential_store.hpp).
inline constexpr const char* kStandardStoreFile = "sessions.db";

}  // namespace vmcpauth::proxy
