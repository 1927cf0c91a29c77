// Every party that a configuration depends on and that can be asked over the network: upstream providers, external and
// trusted issuers. core/live asks them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/files.hpp"
#include "core/config/load.hpp"
#include "core/config/source.hpp"

namespace vmcpauth::config {

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

// The parties of all servers of an input that check() has read before, each once. Files are read again in the same order, so
// that places mean the same in both readings.
[[nodiscard]] std::vector<Party> read_parties(const LoadOptions& options, const Files& files);

}  // namespace vmcpauth::config
