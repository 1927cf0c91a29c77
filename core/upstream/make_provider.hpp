// The door of this room: configuration becomes a Provider. The composition root calls it once an upstream; nothing is
// fetched here (discovery, JWKS and registration happen on first use, and again after a failure).
#pragma once

#include <memory>
#include <string>

#include "core/base/clock.hpp"
#include "core/base/error.hpp"
#include "core/base/log.hpp"
#include "core/config/runtime.hpp"
#include "core/http/client.hpp"
#include "core/upstream/provider.hpp"
#include "core/upstream/registrations.hpp"

namespace vmcpauth::upstream {

// Collaborators; all must outlive the provider and be thread-safe.
struct Dependencies {
  http::HttpClient& http;
  const Clock& clock;
  const Logger& logger;
  Registrations& registrations;  // asked only by upstreams with dcr_config
  std::string issuer;            // our own authorization server's: part of a registration's key
};

// Copies what it needs of the settings. InvalidConfig: an unsupported path expression, a protocol parameter in
// additional_authorization_params, a header that cannot be sent, no `openid` scope for OIDC, endpoints missing, ….
[[nodiscard]] Result<std::unique_ptr<Provider>> make_provider(const config::Upstream& settings, Dependencies dependencies);

}  // namespace vmcpauth::upstream
