// Boundary 1 assembled from configuration: the Authenticator with what it needs (key sources, introspection, refresher),
// the protected-resource documents, and the challenge each route answers with. Made once a configuration.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/authserver/auth_server.hpp"
#include "core/base/log.hpp"
#include "core/config/runtime.hpp"
#include "core/http/client.hpp"
#include "core/identity/authenticator.hpp"
#include "core/identity/challenge.hpp"
#include "core/identity/introspection.hpp"
#include "core/identity/upstream_refresher.hpp"
#include "core/oauth/jwks_source.hpp"
#include "core/store/session_store.hpp"

namespace vmcpauth::proxy {

struct IncomingDependencies {
  store::SessionStore& store;
  http::HttpClient& http;
  const Clock& clock;
  const Logger& logger;
  authserver::AuthServer* auth_server = nullptr;  // null: an external issuer or anonymous
  identity::UpstreamRefresher* refresher = nullptr;
  bool strict_upstreams = false;
};

// One protected resource (RFC 9728): `/mcp`, or one backend below it with a resource identifier of its own.
struct Resource {
  std::string identifier;
  identity::ChallengeContext challenge;
  std::string document;
};

// The resource identifiers of `/mcp/<backend>` in the order of runtime.backends. A backend of its own path is a resource of its
// own (RFC 9728 §3.3: the document must name the URL the client used), but only our own authorization server can issue tokens
// for identifiers made up here: empty without one.
[[nodiscard]] std::vector<std::string> backend_resources(const config::Runtime& runtime);

class Incoming {
 public:
  [[nodiscard]] static Result<std::unique_ptr<Incoming>> make(const config::Runtime& runtime, IncomingDependencies dependencies);

  [[nodiscard]] identity::Authenticator& authenticator() const noexcept { return *authenticator_; }
  [[nodiscard]] bool anonymous() const noexcept { return anonymous_; }

  // The resource a path belongs to: `/mcp/<backend>` of a configured backend, else the aggregate.
  [[nodiscard]] const Resource& resource_of(std::string_view backend) const;
  // True when the token may be used at this resource: it was issued for it or for the aggregate above it.
  [[nodiscard]] bool admits(const identity::Identity& identity, const Resource& resource) const;

  // GET, HEAD and CORS OPTIONS of /.well-known/oauth-protected-resource[/…]; 404 for anonymous servers and unknown paths.
  [[nodiscard]] http::Response protected_resource(const http::Request& request) const;

 private:
  Incoming() = default;
  [[nodiscard]] Result<void> add_resources(const config::Runtime& runtime, const config::OidcIncoming& oidc);
  [[nodiscard]] Result<void> make_external(const config::OidcIncoming& oidc, const IncomingDependencies& dependencies);

  bool anonymous_ = false;
  std::string audience_;
  Resource aggregate_;
  std::map<std::string, Resource, std::less<>> backends_;                 // by backend name
  std::map<std::string, const Resource*, std::less<>> by_metadata_path_;  // request path of the document
  std::unique_ptr<oauth::JwksSource> jwks_;
  std::unique_ptr<identity::Introspector> introspector_;
  std::unique_ptr<identity::Authenticator> authenticator_;
};

}  // namespace vmcpauth::proxy
