// Makes the tokens of a built-in identity provider and the body of its token answer. Internal to proxy/demo.
#pragma once

#include <string>

#include "core/base/json.hpp"
#include "proxy/demo/provider_context.hpp"

namespace vmcpauth::proxy {

// RFC 9068 access token: iss, sub, aud, exp, iat, jti, client_id, scope, name, email, idp, sid and `extra`.
[[nodiscard]] Result<std::string> mint_access_token(ProviderContext& context, const IssuedGrant& issued, TimePoint expires, const Json& extra);

// The whole answer of a code or refresh grant in the provider's shape (RFC 6749 §5.1, OIDC Core §3.1.3.3).
[[nodiscard]] Result<Json> token_answer_body(ProviderContext& context, const IssuedGrant& issued);

// Verified as this provider's own, unexpired, with its grant alive; else nullopt.
struct OwnToken {
  jose::VerifiedToken token;
  std::string grant_id;
  Grant grant;
};
[[nodiscard]] std::optional<OwnToken> own_access_token(ProviderContext& context, std::string_view token);

}  // namespace vmcpauth::proxy
