// One issuer's metadata, fetched when first needed, cached, shared by everybody who asks about that issuer.
// Thread-safe; one fetch in flight; a failure is remembered for a few seconds so that nobody hammers the issuer.
#pragma once

#include <optional>

#include "core/base/clock.hpp"
#include "core/base/guarded.hpp"
#include "core/base/single_flight.hpp"
#include "core/oauth/server_metadata.hpp"

namespace vmcpauth::oauth {

struct MetadataSourceTiming {
  Seconds lifetime{3600};          // then it is fetched again
  Seconds stale_if_error{86'400};  // how long past that an old document still serves when fetching fails
  Seconds retry_after{5};          // pause after a failure
};

class MetadataSource {
 public:
  MetadataSource(DiscoverySettings settings, http::HttpClient& client, const Clock& clock, MetadataSourceTiming timing = {});

  // The current document. Errors as discover(). The source must outlive the task.
  [[nodiscard]] Task<Result<ServerMetadataPtr>> get();
  [[nodiscard]] const DiscoverySettings& settings() const noexcept { return settings_; }

 private:
  struct State {
    ServerMetadataPtr document;
    SteadyPoint fetched_at;
    std::optional<Error> failure;
    SteadyPoint failed_at;
  };
  [[nodiscard]] std::optional<Result<ServerMetadataPtr>> cached() const;
  [[nodiscard]] Task<Result<ServerMetadataPtr>> fetch();

  DiscoverySettings settings_;
  http::HttpClient& client_;
  const Clock& clock_;
  MetadataSourceTiming timing_;
  Guarded<State> state_;
  SingleFlight<Result<ServerMetadataPtr>> flight_;
};

}  // namespace vmcpauth::oauth
