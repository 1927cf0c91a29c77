#include "cli/system_store.hpp"

#include <unistd.h>

#include "core/base/log.hpp"
#include "core/store/redis/keys.hpp"
#include "proxy/serve/kept_keys.hpp"
#include "proxy/store/open_store.hpp"

namespace vmcpauth::cli {
namespace {

constexpr std::size_t kShownServers = 20;

void write_to_stderr(std::string_view line) { [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size()); }

// What a store reports while it is used goes to standard error, warnings and worse.
struct Reporting {
  explicit Reporting(const Clock& clock) : log(clock, LogLevel::Error, LogFormat::Human, false, write_to_stderr) {}
  SystemPrivateFiles files;
  Logger log;
};

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const auto& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

// "thv:auth:{namespace:name}:" as --server takes it.
std::string server_of(const std::string& prefix) {
  const auto open = prefix.find('{');
  auto name = prefix.substr(open + 1, prefix.find('}') - open - 1);
  if (const auto colon = name.find(':'); colon != std::string::npos) name[colon] = '/';
  return name;
}

Result<std::string> prefix_for(const StoreRequest& request, const proxy::RedisSettings& settings, const proxy::StoreTools& tools) {
  if (!request.prefix.empty()) return request.prefix;
  if (!request.server.empty()) {
    const auto slash = request.server.find('/');
    if (slash == std::string::npos || slash == 0 || slash + 1 == request.server.size()) {
      return fail(ErrorCode::InvalidInput, "--server is NAMESPACE/NAME for a Redis");
    }
    return store::redis::Keys::prefix_of(request.server.substr(0, slash), request.server.substr(slash + 1));
  }
  if (!settings.key_prefix.empty()) return settings.key_prefix;
  TRY(const auto found, proxy::find_redis_prefixes(settings, kShownServers, tools));
  if (found.empty()) return fail(ErrorCode::NotFound, settings.describe() + " holds no sessions of a vMCP (no key begins with thv:auth:)");
  if (found.size() == 1) return found.front();
  std::vector<std::string> servers;
  for (const auto& prefix : found) servers.push_back(server_of(prefix));
  return fail(ErrorCode::InvalidInput, settings.describe() + " holds several servers; choose one with --server: " + joined(servers));
}

Result<OpenedStore> open_system_store(const StoreRequest& request, proxy::StoreTools tools) {
  TRY(auto location, proxy::parse_store_location(request.location.empty() ? "sqlite" : request.location));
  if (std::holds_alternative<proxy::MemoryLocation>(location)) return fail(ErrorCode::InvalidInput, "a store in memory is gone when its program ends");
  if (auto* redis = std::get_if<proxy::RedisSettings>(&location)) {
    TRY(redis->key_prefix, prefix_for(request, *redis, tools));
  }
  const auto access = request.writable ? proxy::StoreAccess::ReadWrite : proxy::StoreAccess::ReadOnly;
  TRY(auto opened, proxy::open_store(std::move(location), access, tools));
  auto own_keys = [opened, tools] { return proxy::kept_public_keys(opened, tools); };
  return OpenedStore{.store = opened.store, .shown = opened.shown, .live = opened.shared, .own_keys = std::move(own_keys)};
}

}  // namespace

StoreOpener system_store_opener(const Env& env, const Clock& clock, Random& random) {
  auto reporting = std::make_shared<Reporting>(clock);
  return [&env, &clock, &random, reporting](const StoreRequest& request, proxy::Network& network) {
    auto& pool = static_cast<proxy::SystemNetwork&>(network).pool();
    return open_system_store(request, {.pool = pool, .clock = clock, .random = random, .env = env, .files = reporting->files, .log = reporting->log});
  };
}

}  // namespace vmcpauth::cli
