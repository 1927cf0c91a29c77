#include "core/oauth/pkce.hpp"

#include <algorithm>

#include "core/base/encoding.hpp"
#include "core/crypto/digest.hpp"

namespace vmcpauth::oauth {

bool is_code_verifier(std::string_view text) noexcept {
  return text.size() >= 43 && text.size() <= 128 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
         });
}

bool is_s256_challenge(std::string_view text) { return text.size() == 43 && base64url_decode(text).has_value(); }

Secret make_code_verifier(Random& random) { return Secret(random.token(32)); }

std::string s256_challenge(std::string_view verifier) { return base64url_encode(crypto::sha256(verifier)); }

bool verifies(std::string_view challenge, std::string_view verifier) {
  return is_code_verifier(verifier) && constant_time_equal(challenge, s256_challenge(verifier));
}

}  // namespace vmcpauth::oauth
