// Where the access token for one MCP server comes from, as the decorated HTTP clients see it: what there is, a better one after
// a 401, one with more scopes after a 403. Implemented by ServerTokens (stored credential, refresh, login); tests have their own.
#pragma once

#include <optional>

#include "core/base/error.hpp"
#include "core/base/secret.hpp"
#include "core/base/task.hpp"
#include "core/base/url.hpp"
#include "core/oauth/dpop.hpp"
#include "core/oauth/scope.hpp"

namespace vmcpauth::client {

// What goes with a request: `Bearer` (RFC 6750 §2.1), or `DPoP` with a proof by the key it is bound to (RFC 9449 §7.1).
struct AccessToken {
  Secret value;
  oauth::DpopKeyPtr key;  // null: Bearer
  [[nodiscard]] AccessToken clone() const { return {value.clone(), key}; }
};

// What the server said when it refused: the Bearer or DPoP challenge, or as much as there was of it.
struct Refusal {
  bool dpop = false;                     // the challenge's scheme was DPoP
  std::optional<Url> resource_metadata;  // RFC 9728 §5.1
  oauth::Scopes scopes;                  // RFC 6750 §3
  std::string error;                     // invalid_token, insufficient_scope, …; "" = none
  std::string description;               // the server's words, printable
};

class TokenSource {
 public:
  virtual ~TokenSource() = default;
  // The token to begin with; nullopt when there is none: then the server is asked without, and its refusal says more.
  [[nodiscard]] virtual Task<Result<std::optional<AccessToken>>> current() = 0;
  // A token other than the refused one: read again from the store, refreshed, or by a login where that is allowed.
  // Unauthenticated when only the user can help (the message says how), else what went wrong on the way.
  [[nodiscard]] virtual Task<Result<AccessToken>> renew(Refusal refusal, std::optional<AccessToken> refused) = 0;
  // A token with the refusal's scopes and those of before, by a login where that is allowed. Forbidden when it is not.
  [[nodiscard]] virtual Task<Result<AccessToken>> step_up(Refusal refusal) = 0;
  // How the request ended: its status, or why there is none. A browser that waits for the outcome of a login is told then.
  [[nodiscard]] virtual Task<void> settled(Result<int> outcome) = 0;
};

}  // namespace vmcpauth::client
