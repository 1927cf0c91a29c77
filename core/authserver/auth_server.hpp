// The embedded authorization server (RFC 6749 with PKCE only, RFC 8414, 7009, 7591, 8707, 9207, 8693, 7523, CIMD): the facade that
// the composition root makes and that the router asks `serves()` and `handle()`. Knows no sockets. One file an endpoint;
// see chain.hpp for the sequential login at every upstream. Immutable after make() but for its bounded caches; thread-safe.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/authserver/timeline.hpp"
#include "core/base/clock.hpp"
#include "core/base/log.hpp"
#include "core/base/random.hpp"
#include "core/config/runtime.hpp"
#include "core/http/client.hpp"
#include "core/http/message.hpp"
#include "core/jose/jwk.hpp"
#include "core/store/session_store.hpp"
#include "core/upstream/provider.hpp"

namespace vmcpauth::authserver {

// A backend that needs a provider's token, and what becomes of it: "gets your token".
struct ProviderUse {
  std::string backend, how;
};

// Present: the browser stops at a page between two legs.
struct WalkthroughSettings {
  std::map<std::string, std::vector<ProviderUse>> uses;  // by provider
};

// Collaborators; all must outlive the AuthServer. The store and the timeline may be shared with a predecessor or
// successor (SIGHUP): sessions, codes and refresh tokens stay good as long as the HMAC secrets do.
struct Dependencies {
  store::SessionStore& store;
  std::vector<upstream::Provider*> providers;  // in the order of the chain; names are those of config.upstreams
  const Clock& clock;
  Random& random;
  http::HttpClient& http;
  const Logger& logger;
  Timeline& timeline;
  // Resource indicators (RFC 8707) of single backends below an allowed audience: accepted as `resource`, never a default.
  std::vector<std::string> backend_resources = {};
  std::optional<WalkthroughSettings> walkthrough = {};
};

class AuthServer final : public http::Handler {
 public:
  // Checks what only this room can: keys load, there is an upstream, providers fit the configuration, trusted issuers and
  // delegate clients are usable. Without signing keys or HMAC secrets fresh ones are made (see keys.hpp to keep them over a
  // reload). `config` must outlive the server. InvalidConfig, InvalidInput (keys), Unsupported (CEL of an actor_matcher).
  [[nodiscard]] static Result<std::unique_ptr<AuthServer>> make(const config::AuthServer& config, Dependencies dependencies);

  AuthServer(const AuthServer&) = delete;
  AuthServer& operator=(const AuthServer&) = delete;
  ~AuthServer() override;

  // True for the paths of this server (below the issuer's own path too): /oauth/{authorize,callback,step/…,token,revoke,register,progress,session,error/…},
  // /.well-known/{oauth-authorization-server,openid-configuration}[/…], /.well-known/jwks.json.
  [[nodiscard]] bool serves(std::string_view path) const noexcept;
  // Answers any request to such a path, whatever its method; 404 for other paths.
  [[nodiscard]] Task<http::Response> handle(http::Request request) override;

  // The keys that verify our access tokens, for the authenticator in the same process.
  [[nodiscard]] const jose::JwkSet& public_keys() const noexcept;

 private:
  struct Impl;
  explicit AuthServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace vmcpauth::authserver
