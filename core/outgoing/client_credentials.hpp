// A token of our own from a token service (RFC 6749 §4.4), for requests on nobody's behalf: health checks of backends whose
// strategy exchanges tokens. One request in flight; the token is used again until shortly before it expires. Thread-safe.
#pragma once

#include "core/base/clock.hpp"
#include "core/base/error.hpp"
#include "core/base/single_flight.hpp"
#include "core/http/client.hpp"
#include "core/outgoing/exchange_cache.hpp"
#include "core/outgoing/exchange_request.hpp"
#include "core/upstream/token_endpoint.hpp"

namespace vmcpauth::outgoing {

class ClientCredentials {
 public:
  // Of the target everything but the subject token counts. Client and clock outlive it.
  ClientCredentials(ExchangeTarget target, http::HttpClient& http, const Clock& clock) : target_(std::move(target)), http_(http), clock_(clock) {}

  // A bearer token. UpstreamError, Timeout, Unreachable, BlockedAddress, BadResponse, TooLarge.
  [[nodiscard]] Task<Result<ExchangedTokenPtr>> token();

 private:
  [[nodiscard]] Task<Result<ExchangedTokenPtr>> ask();
  [[nodiscard]] upstream::TokenRequest compose() const;

  const ExchangeTarget target_;
  http::HttpClient& http_;
  const Clock& clock_;
  ExchangeCache cache_{1};
  SingleFlight<Result<ExchangedTokenPtr>> flight_;
};

}  // namespace vmcpauth::outgoing
