// Every party that a configuration depends on and that can be asked over the network: upstream providers, external and
// trusted issuers. Filled by check() from what was read; core/live asks them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/config/source.hpp"

namespace vmcpauth::config {

struct ServerPlan;

enum class PartyRole : std::uint8_t { OidcUpstream, OAuth2Upstream, IncomingIssuer, TrustedIssuer };

struct Placed {
  std::string text;
  Span at;
  explicit operator bool() const noexcept { return !text.empty(); }
};

struct Party {
  PartyRole role = PartyRole::OidcUpstream;
  std::string name;  // as messages call it: "upstream okta"
  Placed issuer;     // empty: an OAuth 2.0 upstream
  Placed jwks_url;   // given instead of discovered
  Placed authorization_endpoint, token_endpoint;
  Placed registration_discovery, registration_endpoint;  // dynamic client registration
  bool has_registration_token = false;
  std::vector<Placed> scopes;  // that will be asked for
  bool allow_private_addresses = false;
  bool allow_http = false;
};

// Parties of all servers, each once.
[[nodiscard]] std::vector<Party> parties_of(const std::vector<ServerPlan>& plans);

}  // namespace vmcpauth::config
