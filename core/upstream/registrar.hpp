// Our own client at an upstream, registered dynamically (RFC 7591) on first use and kept: one registration in flight,
// asked of the port first, made anew when its secret has expired or the provider no longer knows it. Thread-safe.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/base/clock.hpp"
#include "core/base/guarded.hpp"
#include "core/base/single_flight.hpp"
#include "core/config/runtime.hpp"
#include "core/oauth/server_metadata.hpp"
#include "core/upstream/grant_client.hpp"
#include "core/upstream/make_provider.hpp"
#include "core/upstream/registrations.hpp"

namespace vmcpauth::upstream {

// The issuer a discovery URL speaks for (RFC 8414 §3.1): both well-known forms undone; for another path the origin.
[[nodiscard]] std::string issuer_of_discovery_url(const Url& url);

// What to register as: the most preferred of basic, post and none that the metadata lists (none only with S256); basic when it is
// silent. Unsupported.
[[nodiscard]] Result<ClientAuthentication> choose_authentication(const oauth::ServerMetadata* metadata);

class Registrar {
 public:
  // `common` must outlive the object.
  Registrar(const Common& common, config::DcrSettings settings, const Dependencies& dependencies);

  // The client to authenticate as. UpstreamError (refused), BadResponse, Unsupported, Timeout, Unreachable, BlockedAddress, Unavailable.
  [[nodiscard]] Task<Result<ClientCredentials>> client();
  // The provider's metadata; null when a registration_endpoint is configured instead of a discovery URL.
  [[nodiscard]] Task<Result<oauth::ServerMetadataPtr>> metadata();
  // The provider refused this client: the next client() registers again.
  void distrust(const std::string& client_id);

 private:
  using SharedRegistration = std::shared_ptr<const Registration>;
  struct State {
    SharedRegistration current;
    oauth::ServerMetadataPtr metadata;
    std::string distrusted_id;
  };

  [[nodiscard]] bool usable(const Registration& registration) const;
  [[nodiscard]] std::string key() const;
  [[nodiscard]] Task<Result<SharedRegistration>> find_or_register();
  [[nodiscard]] Task<Result<Registration>> register_client();
  [[nodiscard]] Task<Result<oauth::ServerMetadataPtr>> fetch_metadata();
  [[nodiscard]] http::ClientRequest compose(const Url& endpoint, ClientAuthentication method) const;

  const Common& common_;
  const config::DcrSettings settings_;
  http::HttpClient& http_;
  const Clock& clock_;
  const Logger& logger_;
  Registrations& registrations_;
  const std::string issuer_;
  mutable Guarded<State> state_;
  SingleFlight<Result<SharedRegistration>> registering_;
  SingleFlight<Result<oauth::ServerMetadataPtr>> discovering_;
};

}  // namespace vmcpauth::upstream
