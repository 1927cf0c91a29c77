// The two grants an upstream is asked for (RFC 6749 §4.1.3, §6) as one collaborator of both kinds of provider: composes
// the form, authenticates the client, remembers which way of doing so the provider took. Thread-safe.
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/json.hpp"
#include "core/base/log.hpp"
#include "core/base/task.hpp"
#include "core/config/runtime.hpp"
#include "core/upstream/provider.hpp"
#include "core/upstream/token_endpoint.hpp"
#include "core/upstream/token_response.hpp"

namespace vmcpauth::upstream {

// What both kinds of provider know of their upstream.
struct Common {
  std::string name;
  std::string redirect_uri;
  std::vector<std::string> scopes;
  config::StringMap additional_parameters;
  http::PeerPolicy policy;
  [[nodiscard]] std::string who() const { return "provider \"" + name + "\""; }
};

struct TokenTarget {
  Url endpoint;
  ClientCredentials client;
  // The provider said (metadata, registration) that only client.method works; else the other is tried as well.
  bool method_is_certain = false;
};

class GrantClient {
 public:
  // All must outlive the object.
  GrantClient(const Common& common, http::HttpClient& http, const Logger& logger) : common_(common), http_(http), logger_(logger) {}

  // The token endpoint's answer to a code or a refresh token; errors as ask_token_endpoint.
  [[nodiscard]] Task<Result<Json>> redeem_code(TokenTarget target, Secret code, Secret pkce_verifier);
  [[nodiscard]] Task<Result<Json>> redeem_refresh_token(TokenTarget target, Secret refresh_token, std::vector<std::string> scopes);

  // What to ask for with a refresh: the granted scopes, and offline_access when it is configured (providers leave it out of
  // `scope` and then give no new refresh token); the configured ones when the granted are not known (Entra narrows without).
  [[nodiscard]] std::vector<std::string> refresh_scopes(std::vector<std::string> granted) const;

 private:
  [[nodiscard]] Task<Result<Json>> ask(TokenTarget target, FormFields form, std::vector<std::string> secrets, Asked asked);

  const Common& common_;
  http::HttpClient& http_;
  const Logger& logger_;
  std::atomic<ClientAuthentication> accepted_{ClientAuthentication::None};  // None = not known yet
};

// A read answer as the session keeps it. `asked` are the scopes when the answer names none.
[[nodiscard]] Tokens to_tokens(TokenResponse response, const std::vector<std::string>& asked, TimePoint now);

// Scopes separated by commas are told apart only when none of the asked ones holds a comma itself.
[[nodiscard]] bool may_split_commas(const std::vector<std::string>& asked);

}  // namespace vmcpauth::upstream
