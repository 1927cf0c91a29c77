// The login client's side of a token endpoint (RFC 6749 §3.2): one grant in, tokens out. Authenticates the client, proves the
// DPoP key and follows its nonces (RFC 9449 §5, §8), tries once more after a 5xx, and turns every refusal into an Error.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/timer.hpp"
#include "core/client/client_identity.hpp"
#include "core/http/client.hpp"
#include "core/oauth/dpop.hpp"
#include "core/oauth/scope.hpp"
#include "core/upstream/provider_error.hpp"
#include "core/upstream/token_response.hpp"

namespace vmcpauth::client {

// What the engine works with; all outlive it.
struct Ports {
  http::HttpClient& http;
  const Clock& clock;
  Random& random;
  Timer& timer;
};

struct TokenEndpoint {
  Url url;
  std::string issuer;  // of the server; the audience of client assertions
  http::PeerPolicy policy;
  [[nodiscard]] upstream::Peer peer(std::string endpoint = "token endpoint") const { return {"authorization server " + issuer, std::move(endpoint), url}; }
};

struct Grant {
  FormFields form;                   // grant_type and what belongs to it
  std::vector<std::string> secrets;  // values of `form` that no error may repeat
  std::string endpoint = "token endpoint";
};

struct TokenAnswer {
  upstream::TokenResponse tokens;
  bool dpop = false;  // token_type DPoP: bound to the key
};

// The JSON object of a successful answer. UpstreamError with the server's oauth_code (its words as a note; a note about the
// clock when it differs), BadResponse, Timeout, Unreachable, BlockedAddress, TooLarge.
[[nodiscard]] Task<Result<Json>> post_form(Ports ports, TokenEndpoint endpoint, ClientIdentity client, oauth::DpopKeyPtr key, Grant grant);

// The same, read as tokens. BadResponse also for a token type we cannot present, and for Bearer where `key` demands DPoP.
[[nodiscard]] Task<Result<TokenAnswer>> ask_for_tokens(Ports ports, TokenEndpoint endpoint, ClientIdentity client, oauth::DpopKeyPtr key, Grant grant);

}  // namespace vmcpauth::client
