// Proof Key for Code Exchange (RFC 7636). S256 only: the plain method proves nothing to whoever saw the request (RFC 9700
// §2.1.1). Our server checks with it, the login client and the upstreams make with it.
#pragma once

#include <string>
#include <string_view>

#include "core/base/random.hpp"
#include "core/base/secret.hpp"

namespace vmcpauth::oauth {

inline constexpr std::string_view kPkceMethod = "S256";

// 43 to 128 unreserved characters (RFC 7636 §4.1).
[[nodiscard]] bool is_code_verifier(std::string_view text) noexcept;
// The canonical base64url of 32 bytes (RFC 7636 §4.2).
[[nodiscard]] bool is_s256_challenge(std::string_view text);

// A fresh verifier of 256 bits.
[[nodiscard]] Secret make_code_verifier(Random& random);
[[nodiscard]] std::string s256_challenge(std::string_view verifier);
// True when the verifier is well formed and its challenge is this one; constant time in the content.
[[nodiscard]] bool verifies(std::string_view challenge, std::string_view verifier);

}  // namespace vmcpauth::oauth
