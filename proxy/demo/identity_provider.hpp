// A built-in identity provider: a small correct OpenID provider (OIDC Core, RFC 6749/7636/7009/7662/8693/7591) that can
// stand in for any upstream of a manifest. Socket-free: the composition root puts it on a loopback port.
// Endpoints below the issuer: /.well-known/…, /jwks, /authorize, /token, /userinfo, /revoke, /introspect, /register.
#pragma once

#include <memory>

#include "core/base/clock.hpp"
#include "core/base/random.hpp"
#include "core/http/message.hpp"
#include "core/jose/key_ring.hpp"
#include "proxy/demo/identity_provider_spec.hpp"
#include "proxy/demo/trusted_issuers.hpp"

namespace vmcpauth::proxy {

struct ProviderContext;

class IdentityProvider final : public http::Handler {
 public:
  // Checks the spec and makes itself known to `trust`; clock, random and trust outlive it. InvalidInput for a bad issuer.
  [[nodiscard]] static Result<std::unique_ptr<IdentityProvider>> make(IdentityProviderSpec spec, jose::KeyRing keys, TrustedIssuers& trust, const Clock& clock,
                                                                      Random& random);
  ~IdentityProvider() override;

  // Thread-safe; answers without suspending. Every path it does not know is 404.
  [[nodiscard]] Task<http::Response> handle(http::Request request) override;

  [[nodiscard]] const std::string& name() const noexcept;
  [[nodiscard]] const std::string& issuer() const noexcept;

 private:
  explicit IdentityProvider(std::unique_ptr<ProviderContext> context);
  std::unique_ptr<ProviderContext> context_;
};

}  // namespace vmcpauth::proxy
