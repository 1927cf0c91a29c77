// Where strategies find the token of a provider in an identity, and the typed error when there is none that is usable:
// it names the provider, says why, and how to sign in again. Never a request without it.
#pragma once

#include <string>
#include <string_view>

#include "core/base/error.hpp"
#include "core/base/secret.hpp"
#include "core/identity/identity.hpp"

namespace vmcpauth::outgoing {

enum class TokenKind : std::uint8_t { Access, Id };

// The token, fit to stand in a header field. UpstreamToken. The reference lives as long as the identity.
[[nodiscard]] Result<const Secret*> upstream_token(const identity::Identity& identity, std::string_view provider, TokenKind kind,
                                                   std::string_view sign_in_hint);

}  // namespace vmcpauth::outgoing
