// Opens the store at a location, with everything it stands on (connections, threads, key). Called by serve and by the commands
// that look into a store; blocks, and is not for io threads.
#pragma once

#include <memory>
#include <string>

#include "core/base/files.hpp"
#include "core/base/log.hpp"
#include "core/base/private_files.hpp"
#include "core/base/random.hpp"
#include "core/store/store_browser.hpp"
#include "proxy/store/location.hpp"

namespace vmcpauth::proxy {

class IoPool;

// All of them outlive the store.
struct StoreTools {
  IoPool& pool;
  const Clock& clock;
  Random& random;
  const Env& env;
  PrivateFiles& files;
  const Logger& log;
};

enum class StoreAccess : std::uint8_t { ReadOnly, ReadWrite };

struct OpenedStore {
  std::shared_ptr<store::Store> store;  // owns what it stands on
  std::string shown;                    // "sqlite:/home/…", "redis://host:port", without password
  bool persistent = true;
  bool shared = false;  // others may be using it: a Redis
};

// NotFound: no such file, when reading only; Io, Unsupported, Unavailable: see SqliteStore::open;
// InvalidConfig: a CA file. Does not connect to a Redis yet. A Redis without a prefix is refused with InvalidInput.
[[nodiscard]] Result<OpenedStore> open_store(StoreLocation location, StoreAccess access, StoreTools tools);

// The prefixes of servers in a Redis, found by scanning it in bounded steps, in a cluster every node that holds slots; at most
// `limit` a node. Unavailable.
[[nodiscard]] Result<std::vector<std::string>> find_redis_prefixes(const RedisSettings& settings, std::size_t limit, StoreTools tools);

// In the state folder.
inline constexpr const char* kStoreKeyFile = "store.key";

// The key that seals: VMCPAUTH_STORE_KEY, else that 0600 file, made when it is missing.
[[nodiscard]] Result<Secret> shared_store_key(StoreTools tools);

}  // namespace vmcpauth::proxy
