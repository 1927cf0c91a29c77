#include "proxy/store/open_store.hpp"

#include <algorithm>
#include <fstream>
#include <set>
#include <string_view>

#include "core/client/credential_store.hpp"
#include "core/crypto/seal.hpp"
#include "core/store/memory_store.hpp"
#include "core/store/redis/prefixes.hpp"
#include "core/store/redis/redis_store.hpp"
#include "core/store/sqlite/sqlite_store.hpp"
#include "proxy/redis/client.hpp"

namespace vmcpauth::proxy {
namespace {

constexpr std::size_t kSqliteThreads = 4;

// What is destroyed with the store, after it.
struct SqliteParts {
  std::unique_ptr<store::SqliteStore> store;
  BlockingPool pool{kSqliteThreads};
  ~SqliteParts() { pool.stop(); }  // what is under way ends first
};
struct RedisParts {
  std::unique_ptr<RedisClient> client;
  std::unique_ptr<store::RedisStore> store;
};

// What begins like something else is no store, whatever its key. Only for a file that this process has not open: closing it drops the
// locks on it (core/store/sqlite/database.cpp), and without a key it cannot be open.
bool is_sqlite(const std::filesystem::path& file) {
  constexpr std::string_view kMagic = "SQLite format 3";
  std::string begin(kMagic.size(), '\0');
  std::ifstream in(file, std::ios::binary);
  return in.read(begin.data(), static_cast<std::streamsize>(begin.size())) && begin == kMagic;
}

// The key lies beside the file it is for; the standard file's is the state folder's. A file that was sealed already gets no new one:
// that would open nothing, and be in the way of the right one.
Result<Secret> key_of(const std::filesystem::path& file, bool standard, StoreTools tools) {
  auto key_file = file;
  key_file += ".key";
  if (standard) key_file = file.parent_path() / kStoreKeyFile;
  std::error_code ignored;
  const bool no_key = !tools.env.get(crypto::kStoreKeyVariable) && std::filesystem::status(key_file, ignored).type() == std::filesystem::file_type::not_found;
  if (no_key && is_sqlite(file)) {
    return fail(ErrorCode::NotFound, file.string() + ": its key is not there (" + key_file.string() + "); bring it along, or give it in VMCPAUTH_STORE_KEY");
  }
  if (standard) return shared_store_key(tools);
  return crypto::load_store_key(key_file, tools.files, tools.env, tools.random);
}

// For reading: there has to be something.
Result<void> check_there(const std::filesystem::path& file) {
  std::error_code error;
  const auto size = std::filesystem::file_size(file, error);
  if (error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory || (!error && size == 0)) {
    return fail(ErrorCode::NotFound, file.string() + ": there is no store yet; `vmcpauth serve` makes one");
  }
  return {};  // any other trouble is said by who opens it
}

Result<OpenedStore> open_sqlite(SqliteLocation location, StoreAccess access, StoreTools tools) {
  const bool standard = location.path.empty();
  if (standard) {
    TRY(const auto folder, client::state_folder(tools.env));
    if (access == StoreAccess::ReadWrite) TRY_VOID(tools.files.make_folder(folder));
    location.path = folder / kStandardStoreFile;
  }
  if (access == StoreAccess::ReadOnly) TRY_VOID(check_there(location.path));
  TRY(auto key, key_of(location.path, standard, tools));
  TRY(auto sealer, crypto::Sealer::with_key(key, "sessions"));
  auto parts = std::make_shared<SqliteParts>();
  const auto mode = access == StoreAccess::ReadOnly ? store::sqlite::Access::ReadOnly : store::sqlite::Access::ReadWrite;
  TRY(parts->store, store::SqliteStore::open({.path = location.path, .access = mode}, std::move(sealer), tools.random, parts->pool));
  auto* store = parts->store.get();
  return OpenedStore{.store = std::shared_ptr<store::Store>(std::move(parts), store), .shown = "sqlite:" + location.path.string()};
}

Result<OpenedStore> open_redis(RedisSettings settings, StoreAccess access, StoreTools tools) {
  TRY(auto keys, store::redis::Keys::with_prefix(settings.key_prefix));
  auto shown = settings.describe() + " (" + settings.key_prefix + ")";
  auto parts = std::make_shared<RedisParts>();
  TRY(parts->client, RedisClient::make(std::move(settings), tools.pool, tools.log));
  const auto mode = access == StoreAccess::ReadOnly ? store::RedisStore::Access::ReadOnly : store::RedisStore::Access::ReadWrite;
  parts->store = std::make_unique<store::RedisStore>(*parts->client, std::move(keys), tools.clock, mode);
  auto* store = parts->store.get();
  return OpenedStore{.store = std::shared_ptr<store::Store>(std::move(parts), store), .shown = std::move(shown), .persistent = true, .shared = true};
}

// The nodes that hold slots, as the cluster names them. A user without CLUSTER has those that were named to us.
Task<Result<std::vector<RedisEndpoint>>> cluster_masters(RedisClient& client, const RedisSettings& settings) {
  std::vector<store::redis::Command> commands{{"CLUSTER", "SLOTS"}};
  CO_TRY(const auto replies, co_await client.run(std::move(commands), store::redis::Repeat::Harmless));
  std::vector<RedisEndpoint> out;
  for (const auto& range : replies[0].items) {
    if (range.items.size() < 3 || range.items[2].items.size() < 2) continue;
    const auto& host = range.items[2].items[0].text;
    const auto port = range.items[2].items[1].integer;
    if (host.empty() || port <= 0 || port > 65535) continue;
    RedisEndpoint endpoint{host, static_cast<std::uint16_t>(port)};
    if (std::ranges::find(out, endpoint) == out.end()) out.push_back(std::move(endpoint));
  }
  co_return out.empty() ? settings.endpoints : out;
}

}  // namespace

Result<Secret> shared_store_key(StoreTools tools) {
  auto folder = client::state_folder(tools.env);
  if (!folder) {
    // The variable alone will do.
    if (tools.env.get(crypto::kStoreKeyVariable)) return crypto::load_store_key({}, tools.files, tools.env, tools.random);
    return std::unexpected(std::move(folder).error());
  }
  TRY_VOID(tools.files.make_folder(*folder));
  return crypto::load_store_key(*folder / kStoreKeyFile, tools.files, tools.env, tools.random);
}

Result<OpenedStore> open_store(StoreLocation location, StoreAccess access, StoreTools tools) {
  if (auto* sqlite = std::get_if<SqliteLocation>(&location)) return open_sqlite(std::move(*sqlite), access, tools);
  if (auto* redis = std::get_if<RedisSettings>(&location)) return open_redis(std::move(*redis), access, tools);
  return OpenedStore{.store = std::make_shared<store::MemoryStore>(), .shown = "memory", .persistent = false};
}

Result<std::vector<std::string>> find_redis_prefixes(const RedisSettings& settings, std::size_t limit, StoreTools tools) {
  TRY(const auto client, RedisClient::make(settings.clone(), tools.pool, tools.log));
  if (settings.mode != RedisMode::Cluster) return tools.pool.run(store::redis::find_prefixes(*client, limit));
  TRY(const auto masters, tools.pool.run(cluster_masters(*client, settings)));
  std::set<std::string> prefixes;
  for (const auto& master : masters) {
    auto alone = settings.clone();
    alone.mode = RedisMode::Standalone;
    alone.endpoints = {master};
    TRY(const auto node, RedisClient::make(std::move(alone), tools.pool, tools.log));
    TRY(const auto found, tools.pool.run(store::redis::find_prefixes(*node, limit)));
    prefixes.insert(found.begin(), found.end());
  }
  return std::vector<std::string>(prefixes.begin(), prefixes.end());
}

}  // namespace vmcpauth::proxy
