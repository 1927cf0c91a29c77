// Keeps a session's upstream tokens usable: an expired row is refreshed at its provider once, however many requests want
// it and however many processes share the store, and stored by compare-and-swap. Used by the Authenticator and by the authorization server's chain (an expired
// leg is refreshed before it is asked again). Thread-safe.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <unordered_map>

#include "core/base/clock.hpp"
#include "core/base/guarded.hpp"
#include "core/base/log.hpp"
#include "core/base/random.hpp"
#include "core/base/single_flight.hpp"
#include "core/base/timer.hpp"
#include "core/store/session_store.hpp"
#include "core/upstream/provider.hpp"

namespace vmcpauth::identity {

using Providers = std::map<std::string, upstream::Provider*, std::less<>>;

class UpstreamRefresher {
 public:
  // A row this near its expiry is refreshed ahead of time; when that fails it still serves until it expires.
  static constexpr Seconds kAhead{30};

  // Another process that began to refresh a row has this long; then it counts as dead.
  static constexpr Seconds kClaim{30};

  struct Tools {
    const Clock& clock;
    Random& random;
    Timer& timer;  // between two looks at a row that another process is refreshing
    const Logger& log;
  };
  UpstreamRefresher(store::SessionStore& store, Providers providers, Tools tools) : store_(store), providers_(std::move(providers)), tools_(tools) {}

  [[nodiscard]] static bool is_expired(const store::UpstreamTokens& row, TimePoint now) noexcept;
  // Expired or so near it that a refresh is due. A row without expires_at never is.
  [[nodiscard]] static bool is_due(const store::UpstreamTokens& row, TimePoint now) noexcept;

  // The row itself while it is not due, else a refreshed one. UpstreamToken: expired and not refreshable (no refresh token, provider
  // not configured, grant dead, provider failing; the note says which). Unavailable: the store. The refresher must outlive the task.
  [[nodiscard]] Task<Result<store::UpstreamTokens>> usable(std::string session_id, store::UpstreamTokens row);

 private:
  // The last try for one row; keeps a failing provider from being asked by every request.
  struct Attempt {
    SteadyPoint until;  // no new try before
    std::string refresh_token_hash;
    std::optional<Error> failure;
  };

  [[nodiscard]] Task<Result<store::UpstreamTokens>> refresh_row(std::string session_id, std::string provider);
  [[nodiscard]] Task<Result<store::UpstreamTokens>> refresh_claimed(std::string session_id, std::string provider);
  [[nodiscard]] Task<Result<store::UpstreamTokens>> redeem(std::string session_id, store::UpstreamTokens row);
  [[nodiscard]] Task<Result<store::UpstreamTokens>> save(std::string session_id, std::string old_refresh_token, store::UpstreamTokens fresh);
  [[nodiscard]] std::optional<Attempt> recent_attempt(const std::string& key, const store::UpstreamTokens& row);
  void remember(const std::string& key, const std::string& refresh_token, Seconds pause, std::optional<Error> failure);

  store::SessionStore& store_;
  Providers providers_;
  Tools tools_;
  SingleFlight<Result<store::UpstreamTokens>> flight_;
  Guarded<std::unordered_map<std::string, Attempt>> attempts_;
};

}  // namespace vmcpauth::identity
