// The key set of one issuer, over HTTP: found by discovery or at a fixed URL, cached, refetched when a token names a
// key that is not there (RFC 7517 §5, OIDC Core §10.1.1), but never more often than `refetch_interval`, whatever key ids
// strangers send. Shared by incoming auth, ID-token validation and trusted issuers. Thread-safe; one fetch in flight.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "core/base/clock.hpp"
#include "core/base/guarded.hpp"
#include "core/base/single_flight.hpp"
#include "core/http/client.hpp"
#include "core/jose/jwk.hpp"
#include "core/jose/verifier.hpp"
#include "core/oauth/metadata_source.hpp"

namespace vmcpauth::oauth {

using JwkSetPtr = std::shared_ptr<const jose::JwkSet>;

struct JwksTiming {
  Seconds default_lifetime{900};  // when the answer has no Cache-Control max-age
  Seconds min_lifetime{60};       // max-age is clamped between these two
  Seconds max_lifetime{86'400};
  Seconds stale_if_error{3600};  // how long past its life an old set still serves when fetching fails
  Seconds refetch_interval{10};  // least pause between two fetches, for unknown key ids and after failures alike
};

struct JwksSettings {
  // A fixed jwks URL, or the issuer's metadata (shared with whoever else needs it).
  std::variant<Url, std::shared_ptr<MetadataSource>> location;
  http::PeerPolicy peer;
  JwksTiming timing;
};

class JwksSource {
 public:
  JwksSource(JwksSettings settings, http::HttpClient& client, const Clock& clock);

  // The keys to verify this token with: the cached set, refetched first when it has expired or holds no key of the
  // token's kid (subject to refetch_interval; then the set as it is). Unreachable, Timeout, BlockedAddress, BadResponse,
  // TooLarge. The source must outlive the task; `token` is only looked at before the first suspension.
  [[nodiscard]] Task<Result<JwkSetPtr>> keys_for(const jose::UnverifiedToken& token);
  // The current set without a token in mind.
  [[nodiscard]] Task<Result<JwkSetPtr>> keys();

 private:
  struct State {
    JwkSetPtr keys;
    SteadyPoint expires_at;    // of `keys`
    SteadyPoint last_attempt;  // when the last fetch ended
    bool attempted = false;
    std::optional<SteadyPoint> fetching_since;  // a time, not a flag: a request that is cancelled never says it is done
    std::optional<Error> failure;               // of the last attempt
  };
  struct Fetched {
    JwkSetPtr keys;
    Seconds lifetime;
  };
  [[nodiscard]] std::optional<Result<JwkSetPtr>> cached(const jose::UnverifiedToken* token) const;
  [[nodiscard]] Task<Result<JwkSetPtr>> refresh();
  [[nodiscard]] Task<Result<Fetched>> fetch();
  [[nodiscard]] Result<JwkSetPtr> settle(Result<Fetched> fetched);

  JwksSettings settings_;
  http::HttpClient& client_;
  const Clock& clock_;
  Guarded<State> state_;
  SingleFlight<Result<JwkSetPtr>> flight_;
};

}  // namespace vmcpauth::oauth
