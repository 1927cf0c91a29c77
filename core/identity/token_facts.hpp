// From a verified JWT to what is kept of it, and from that to an Identity. Shared by the two authenticators.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/base/error.hpp"
#include "core/base/secret.hpp"
#include "core/identity/challenge.hpp"
#include "core/identity/token_cache.hpp"
#include "core/jose/verifier.hpp"

namespace vmcpauth::identity {

// Unauthenticated when the token has no subject.
[[nodiscard]] Result<TokenFacts> facts_of(const jose::VerifiedToken& token);
// `aud` of checked claims: one string or several.
[[nodiscard]] std::vector<std::string> audiences_of(const Json& claims);

[[nodiscard]] std::shared_ptr<Identity> identity_of(const TokenFacts& facts, const Secret& bearer);

// insufficient_scope when one of `required` is missing.
[[nodiscard]] std::expected<void, Challenge> check_scopes(const TokenFacts& facts, const std::vector<std::string>& required);

}  // namespace vmcpauth::identity
