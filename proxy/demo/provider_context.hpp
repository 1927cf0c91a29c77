// What the endpoints of one built-in identity provider share. Internal to proxy/demo.
#pragma once

#include <string>
#include <utility>

#include "core/base/clock.hpp"
#include "core/base/random.hpp"
#include "core/base/url.hpp"
#include "core/crypto/mac.hpp"
#include "core/http/message.hpp"
#include "core/jose/key_ring.hpp"
#include "proxy/demo/identity_provider_spec.hpp"
#include "proxy/demo/provider_state.hpp"
#include "proxy/demo/trusted_issuers.hpp"

namespace vmcpauth::proxy {

struct ProviderContext {
  IdentityProviderSpec spec;
  Url issuer;
  jose::KeyRing keys;
  TrustedIssuers& trust;
  const Clock& clock;
  Random& random;
  ProviderState state;
  crypto::HmacSha256 form_key;  // signs the sign-in form

  // Configured or registered; null when unknown.
  [[nodiscard]] ClientPtr client(const std::string& client_id);
  [[nodiscard]] std::string url(std::string_view path) const { return spec.issuer + std::string(path); }

  std::vector<ClientPtr> clients;  // the configured ones
};

// Who calls an endpoint (RFC 6749 §2.3): basic, post or none, as the client is configured. invalid_client.
class Parameters;
[[nodiscard]] Result<ClientPtr> authenticate_client(ProviderContext& context, const http::Request& request, const Parameters& form);

// The endpoints, one function each; paths and methods are checked by IdentityProvider.
[[nodiscard]] http::Response answer_metadata(const ProviderContext& context);
[[nodiscard]] http::Response answer_jwks(const ProviderContext& context);
[[nodiscard]] http::Response answer_authorize(ProviderContext& context, const http::Request& request);  // GET shows the page, POST is its form
[[nodiscard]] http::Response answer_token(ProviderContext& context, const http::Request& request);
[[nodiscard]] http::Response answer_userinfo(ProviderContext& context, const http::Request& request);
[[nodiscard]] http::Response answer_revoke(ProviderContext& context, const http::Request& request);
[[nodiscard]] http::Response answer_introspect(ProviderContext& context, const http::Request& request);
[[nodiscard]] http::Response answer_register(ProviderContext& context, const http::Request& request);

// RFC 8693; called by answer_token once the client is known (null = anonymous, when the spec allows it).
[[nodiscard]] Result<Json> exchange_token(ProviderContext& context, const ClientPtr& client, const Parameters& form);

}  // namespace vmcpauth::proxy
