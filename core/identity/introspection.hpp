// Opaque tokens asked about at the issuer (RFC 7662): active, exp, iss and aud are all demanded, answers are kept briefly
// by the token's hash. Used by ExternalAuthenticator. Thread-safe; one question a token in flight.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/secret.hpp"
#include "core/base/single_flight.hpp"
#include "core/base/url.hpp"
#include "core/http/client.hpp"
#include "core/identity/token_cache.hpp"
#include "core/oauth/metadata_source.hpp"

namespace vmcpauth::identity {

struct IntrospectionSettings {
  // The endpoint, or where the issuer's metadata names it.
  std::variant<Url, std::shared_ptr<oauth::MetadataSource>> endpoint;
  std::string client_id;
  std::optional<Secret> client_secret;  // HTTP Basic (RFC 6749 §2.3.1)
  std::string issuer;
  std::vector<std::string> audiences;
  http::PeerPolicy peer;
  Seconds leeway{30};
};

class Introspector {
 public:
  static constexpr Seconds kActiveLifetime{30};   // an answer "active" serves so long, `exp` at most
  static constexpr Seconds kRefusedLifetime{10};  // an answer that refuses

  Introspector(IntrospectionSettings settings, http::HttpClient& client, const Clock& clock);
  // Facts of an active token meant for us. Unauthenticated (inactive, wrong iss or aud), Expired, and for trouble with the endpoint
  // Unavailable. The Introspector must outlive the task.
  [[nodiscard]] Task<Result<TokenFactsPtr>> introspect(Secret token);

 private:
  [[nodiscard]] Task<Result<TokenFactsPtr>> ask(Secret token);
  [[nodiscard]] Task<Result<Url>> endpoint();
  [[nodiscard]] Result<TokenFacts> read_answer(const std::string& body, TimePoint now) const;

  IntrospectionSettings settings_;
  http::HttpClient& client_;
  const Clock& clock_;
  TokenCache active_, refused_;
  SingleFlight<Result<TokenFactsPtr>> flight_;
};

}  // namespace vmcpauth::identity
