// Whether the keys at hand signed a token, and if not, why not in words that lead on. Used by `token inspect`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/inspect/decoded_token.hpp"
#include "core/jose/jwk.hpp"

namespace vmcpauth::inspect {

enum class SignatureState : std::uint8_t {
  NotChecked,  // no keys were given, or there is nothing that could be checked
  Valid,
  Invalid,     // a key that should fit does not
  NoKey,       // none of the keys fits: another kid, another type
  KeysFailed,  // the keys could not be had
};

[[nodiscard]] std::string_view to_string(SignatureState state) noexcept;  // "not-checked", "valid", …

struct SignatureCheck {
  SignatureState state = SignatureState::NotChecked;
  std::string keys_from;  // "https://idp/jwks.json", "the file keys.json", "the configuration's signing keys"; may be empty
  std::string detail;     // one clause
};

// With every algorithm we know: whether the algorithm is allowed is the policy's question.
[[nodiscard]] SignatureCheck check_signature(const DecodedToken& token, const jose::JwkSet& keys, std::string keys_from);

}  // namespace vmcpauth::inspect
