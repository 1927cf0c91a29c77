#include "proxy/serve/serve.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>

#include "core/authserver/keys.hpp"
#include "core/store/redis/keys.hpp"
#include "proxy/http_client.hpp"
#include "proxy/io_timer.hpp"
#include "proxy/serve/banner.hpp"
#include "proxy/serve/builtin_world.hpp"
#include "proxy/serve/configuration.hpp"
#include "proxy/serve/kept_keys.hpp"
#include "proxy/serve/live_application.hpp"
#include "proxy/serve/log_output.hpp"
#include "proxy/serve/signals.hpp"
#include "proxy/serve/stored_registrations.hpp"
#include "proxy/streaming_client.hpp"

namespace vmcpauth::proxy {
namespace {

constexpr std::chrono::seconds kSweepInterval{60};
constexpr std::chrono::milliseconds kDrainTime{10'000};

// Two descriptors a proxied stream: the soft limit of a login shell (1024) is soon reached.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  (void)::setrlimit(RLIMIT_NOFILE, &limit);
}

Result<ListenSocket> open_listener(const ServeOptions& options, std::optional<ListenAddress> wanted, std::size_t sockets) {
  const ListenAddress address = wanted.value_or(ListenAddress{kDefaultHost, kDefaultPort});
  auto socket = ListenSocket::open(address.host, address.port, sockets);
  if (!socket && !wanted && options.demo()) return ListenSocket::open(address.host, 0, sockets);
  if (!socket) return std::unexpected(std::move(socket).error().note("choose another address with --listen HOST:PORT"));
  return socket;
}

bool is_wildcard(const std::string& host) { return host == "0.0.0.0" || host == "::"; }

// The origin clients on this machine use.
std::string local_origin(const ListenSocket& socket) {
  return is_wildcard(socket.host()) ? "http://localhost:" + std::to_string(socket.port()) : socket.origin();
}

// Everything of one `serve` process, in the order it is made.
class Process {
 public:
  Process(const ServeOptions& options, const Logger& logger) : options_(options), logger_(logger) {}

  Result<void> start() {
    TRY(auto keys, authserver::EphemeralKeys::make(random_));
    ephemeral_.emplace(std::move(keys));
    if (!options_.demo()) {
      TRY(auto configuration, Configuration::make(options_, files_, env_));
      configuration_.emplace(std::move(configuration));
    }
    auto wanted = options_.listen;
    if (!wanted && configuration_) {
      TRY(wanted, configuration_->listen());
    }
    TRY(auto socket, open_listener(options_, std::move(wanted), pool_.size()));
    origin_ = local_origin(socket);
    listen_host_ = socket.host();
    TRY(auto application, assemble());
    live_ = std::make_unique<LiveApplication>(std::move(application));
    server_ = std::make_unique<Server>(pool_, *live_, logger_);
    server_->serve(std::move(socket));
    announce();
    return {};
  }

  void run(const SignalWait& signals) {
    while (true) {
      switch (signals.wait(kSweepInterval)) {
        case Signal::Stop: return;
        case Signal::Reload: reload(); break;
        case Signal::None: sweep(); break;
      }
    }
  }

  void stop() {
    logger_.info("draining", {{"connections", static_cast<std::int64_t>(server_->connections())}});
    const bool clean = server_->drain(kDrainTime);
    live_->current()->retire();
    pool_.stop();
    logger_.info("stopped", {{"clean", clean ? "yes" : "no"}});
  }

 private:
  Result<std::shared_ptr<Application>> assemble() {
    TRY(auto runtime, configuration_ ? configuration_->load(origin_) : world_.demo(origin_));
    if (std::holds_alternative<config::Anonymous>(runtime.incoming) && !is_loopback_host(listen_host_)) {
      return fail(ErrorCode::InvalidConfig,
                  "incomingAuth is anonymous, and " + listen_host_ + " can be reached from other machines; listen on loopback or configure incomingAuth");
    }
    TRY_VOID(refuse_unasked_policies(runtime));
    TRY_VOID(world_.mock(runtime, options_.providers));
    TRY_VOID(open_store_for(runtime));
    if (runtime.auth_server) TRY_VOID(give_keys(runtime.name, *runtime.auth_server));
    TRY(auto application, Application::make(std::move(runtime), surroundings()));
    if (const auto* auth_server = application->auth_server()) {
      world_.trust(application->runtime().auth_server->issuer, [keys = auth_server->public_keys()] { return keys; });
    }
    return application;
  }

  // Policies that nobody asks are the developer's own risk on loopback, and other people's elsewhere.
  [[nodiscard]] Result<void> refuse_unasked_policies(const config::Runtime& runtime) const {
    if (is_loopback_host(listen_host_)) return {};
    for (const auto& entry : runtime.unserved) {
      if (!entry.decides_access) continue;
      return fail(ErrorCode::InvalidConfig, entry.setting + " (" + entry.at + ") has authorization policies, which are not asked here, and " + listen_host_ +
                                                " can be reached from other machines; listen on loopback, or serve a configuration without them");
    }
    return {};
  }

  void tell_unserved() const {
    for (const auto& entry : live_->current()->runtime().unserved)
      logger_.warn("setting_not_served", {{"setting", entry.setting}, {"at", entry.at}, {"effect", entry.effect}});
  }

  // Once a process: a reload keeps the store.
  Result<void> open_store_for(const config::Runtime& runtime) {
    if (store_) return {};
    TRY(auto location, store_location(runtime));
    auto opened = open_store(std::move(location), StoreAccess::ReadWrite, store_tools());
    if (!opened) return std::unexpected(std::move(opened).error().note("the store of sessions; choose another with --store"));
    store_.emplace(*std::move(opened));
    registrations_.emplace(*store_->store, clock_);
    return {};
  }

  // What the command line says, else the configuration, else SQLite for what a login leaves behind.
  Result<StoreLocation> store_location(const config::Runtime& runtime) const {
    if (options_.store) {
      TRY(auto location, parse_store_location(*options_.store));
      if (auto* redis = std::get_if<RedisSettings>(&location); redis != nullptr && redis->key_prefix.empty()) {
        redis->key_prefix = store::redis::Keys::prefix_of("default", runtime.name);
      }
      return location;
    }
    if (options_.demo() || !runtime.auth_server) return MemoryLocation{};
    TRY(auto configured, configured_store(*runtime.auth_server));
    if (configured) return *std::move(configured);
    return SqliteLocation{};
  }

  StoreTools store_tools() { return {.pool = pool_, .clock = clock_, .random = random_, .env = env_, .files = private_files_, .log = logger_}; }

  // Keys that the configuration does not name live as long as the sessions they are for.
  Result<void> give_keys(const std::string& name, config::AuthServer& server) {
    if (!authserver::EphemeralKeys::needed_by(server)) return {};
    if (store_->persistent && !keys_are_kept_) {
      auto kept = kept_keys(*store_, name, *ephemeral_, store_tools());
      if (!kept) return std::unexpected(std::move(kept).error().note("store " + store_->shown));
      ephemeral_.emplace(*std::move(kept));
      keys_are_kept_ = true;
    }
    ephemeral_->apply_to(server);
    return {};
  }

  Surroundings surroundings() {
    std::vector<std::string> hosts;
    if (!is_wildcard(listen_host_)) hosts.push_back(listen_host_);
    return {.store = *store_->store,
            .registrations = *registrations_,
            .http = http_,
            .clock = clock_,
            .random = random_,
            .timer = timer_,
            .logger = logger_,
            .timeline = timeline_,
            .hosts = std::move(hosts),
            .version = options_.version,
            .walkthrough = options_.walkthrough,
            .streams = &streams_,
            .background = &pool_.executor(0),
            .strict_upstreams = options_.strict_upstreams};
  }

  void announce() const {
    if (options_.presentation.banner) {
      const auto text = banner({.runtime = live_->current()->runtime(),
                                .origin = origin_,
                                .version = options_.version,
                                .demo = options_.demo(),
                                .builtin_providers = world_.providers(),
                                .colour = options_.presentation.banner_colour});
      std::fputs(text.c_str(), stdout);
      std::fflush(stdout);
    }
    tell_unserved();
    logger_.info("listening",
                 {{"url", origin_ + "/mcp"}, {"backends", static_cast<std::int64_t>(live_->current()->backends().size())}, {"store", store_->shown}});
  }

  void reload() {
    if (!configuration_) {
      logger_.info("reload_skipped", {{"reason", "demo mode has no files"}});
      return;
    }
    auto application = assemble();
    if (!application) {
      logger_.error("reload_failed", {{"error", application.error().describe()}, {"effect", "the old configuration stays"}});
      return;
    }
    const auto replaced = live_->current();
    live_->replace(*std::move(application));
    replaced->retire();
    tell_unserved();
    logger_.info("reloaded", {{"backends", static_cast<std::int64_t>(live_->current()->backends().size())}});
  }

  void sweep() {
    const auto swept = pool_.run(store_->store->sweep(clock_.now()));
    if (!swept) logger_.warn("sweep_failed", {{"error", swept.error().describe()}});
  }

  const ServeOptions& options_;
  const Logger& logger_;
  SystemClock clock_;
  SystemRandom random_;
  SystemFiles files_;
  SystemEnv env_;
  std::optional<authserver::EphemeralKeys> ephemeral_;  // kept over reloads, so that sessions are
  SystemPrivateFiles private_files_;
  IoTimer timer_;
  bool keys_are_kept_ = false;
  authserver::Timeline timeline_;
  IoPool pool_;
  std::optional<OpenedStore> store_;
  std::optional<StoredRegistrations> registrations_;
  LoopHttpClient http_{pool_};
  LoopStreamingClient streams_{pool_};
  BuiltinWorld world_{pool_, logger_, clock_, random_};
  std::optional<Configuration> configuration_;
  std::string origin_, listen_host_;
  std::unique_ptr<LiveApplication> live_;
  std::unique_ptr<Server> server_;
};

}  // namespace

Result<void> serve(const ServeOptions& options) {
  raise_descriptor_limit();
  const SignalWait signals;
  const SystemClock clock;
  const auto& look = options.presentation;
  const Logger logger(clock, look.log_level, look.log_format, look.log_colour, write_log_line);
  Process process(options, logger);
  TRY_VOID(process.start());
  process.run(signals);
  process.stop();
  return {};
}

}  // namespace vmcpauth::proxy
