// What a store does in a second: the store's part of a two-leg login, and reads of a session's tokens as every request makes them.
// bench_stores SECONDS LOCATION… → one JSON object; LOCATION as for `vmcpauth serve --store`. Tasks run side by side on the io threads.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "core/base/json.hpp"
#include "core/base/log.hpp"
#include "proxy/io_pool.hpp"
#include "proxy/store/open_store.hpp"

using namespace vmcpauth;

namespace {

using Steady = std::chrono::steady_clock;
constexpr int kSideBySide = 16;

[[noreturn]] void stop(const std::string& what) {
  std::fprintf(stderr, "bench_stores: %s\n", what.c_str());
  std::exit(3);
}

template <class T>
T must(Result<T> result) {
  if (!result) stop(result.error().describe());
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

class Bench {
 public:
  Bench(store::Store& store, Random& random, const Clock& clock) : store_(store), random_(random), clock_(clock) {}

  Task<void> login(std::string session) {
    const auto now = clock_.now();
    for (const std::string provider : {"first", "second"}) {
      store::PendingAuthorization leg;
      leg.internal_state = random_.token();
      const std::string state = leg.internal_state;
      leg.session_id = session;
      leg.provider = provider;
      leg.created_at = now;
      leg.expires_at = now + Seconds(600);
      auto put = co_await store_.put_pending(std::move(leg));
      must(std::move(put));
      auto taken = co_await store_.take_pending(state, now);
      if (!must(std::move(taken))) stop("a pending login is gone");
      if (provider == "first") {
        std::string subject = "user", id = "id";
        auto user = co_await store_.find_or_create_user(provider, std::move(subject), std::move(id), now);
        must(std::move(user));
      }
      auto row = tokens(provider, now);
      auto stored = co_await store_.put_upstream_tokens(session, std::move(row));
      must(std::move(stored));
    }
    store::Grant grant{random_.uuid(), session, "client", "id", "Ada", "ada@example.com", {"openid", "offline_access"}, {"https://r"}, now};
    store::AuthorizationCode code;
    code.grant = grant;
    code.expires_at = now + Seconds(600);
    const std::string signature = random_.token();
    auto coded = co_await store_.put_code(signature, std::move(code));
    must(std::move(coded));
    auto redeemed = co_await store_.redeem_code(signature, now);
    if (!std::holds_alternative<store::AuthorizationCode>(must(std::move(redeemed)))) stop("a code is gone");
    store::RefreshToken token{std::move(grant), now, now + Seconds(86400)};
    std::string refresh = random_.token();
    auto kept = co_await store_.put_refresh(std::move(refresh), std::move(token));
    must(std::move(kept));
  }

  Task<bool> log_in_all(std::string prefix) {
    for (int n = 0; n < kSideBySide; ++n) {
      auto session = prefix + std::to_string(n);
      auto task = login(std::move(session));
      co_await task;
    }
    co_return true;
  }

  Task<void> read(std::string session) {
    auto rows = co_await store_.list_upstream_tokens(std::move(session), clock_.now());
    if (must(std::move(rows)).size() != 2) stop("a session is gone");
  }

 private:
  store::UpstreamTokens tokens(const std::string& provider, TimePoint now) {
    store::UpstreamTokens row;
    row.provider = provider;
    row.access_token = Secret(random_.token(600));
    row.refresh_token = Secret(random_.token(48));
    row.id_token = Secret(random_.token(600));
    row.expires_at = now + Seconds(3600);
    row.user_id = "id";
    return row;
  }

  store::Store& store_;
  Random& random_;
  const Clock& clock_;
};

// How often a second `once(i)` ends, with kSideBySide of them under way.
template <class Once>
double rate(proxy::IoPool& pool, std::chrono::duration<double> time, Once once) {
  std::atomic<std::size_t> done = 0;
  std::atomic<int> running = kSideBySide;
  const auto end = Steady::now() + time;
  const auto begin = Steady::now();
  auto loop = [&](int lane) -> Task<void> {
    for (std::size_t i = static_cast<std::size_t>(lane); Steady::now() < end; i += kSideBySide) {
      auto task = once(i);
      co_await task;
      ++done;
    }
    if (--running == 0) running.notify_all();
  };
  for (int lane = 0; lane < kSideBySide; ++lane) pool.spawn(static_cast<std::size_t>(lane) % pool.size(), loop(lane));
  for (int left = running; left != 0; left = running) running.wait(left);
  return static_cast<double>(done) / std::chrono::duration<double>(Steady::now() - begin).count();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) stop("usage: bench_stores SECONDS LOCATION...");
  const std::chrono::duration<double> time(std::atof(argv[1]));
  SystemClock clock;
  SystemRandom random;
  SystemEnv env;
  SystemPrivateFiles files;
  const Logger log(clock, LogLevel::Warn, LogFormat::Human, false, [](std::string_view line) { std::fwrite(line.data(), 1, line.size(), stderr); });
  OrderedJson results;
  for (int i = 2; i < argc; ++i) {
    proxy::IoPool pool({.threads = 2});
    auto opened = must(proxy::open_store(must(proxy::parse_store_location(argv[i])), proxy::StoreAccess::ReadWrite,
                                         {.pool = pool, .clock = clock, .random = random, .env = env, .files = files, .log = log}));
    Bench bench(*opened.store, random, clock);
    const std::string run = random.token(6);
    const auto logins = rate(pool, time, [&](std::size_t n) { return bench.login(run + std::to_string(n)); });
    // Sessions of their own: the memory store forgets the oldest past its limit.
    const std::string read = random.token(6);
    pool.run(bench.log_in_all(read));
    const auto reads = rate(pool, time, [&](std::size_t n) { return bench.read(read + std::to_string(n % kSideBySide)); });
    results[std::string(argv[i]).substr(0, std::string(argv[i]).find(':'))] = {{"logins_per_second", static_cast<int>(logins)},
                                                                               {"reads_per_second", static_cast<int>(reads)}};
    pool.stop();
  }
  std::printf("%s\n", results.dump(2).c_str());
}
