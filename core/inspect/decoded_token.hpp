// A token taken apart without demanding anything of it: what `token inspect` begins with. Unlike jose::UnverifiedToken it
// reads what a strict reader refuses (padding, duplicates, missing members), and says so.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.hpp"
#include "core/base/json.hpp"
#include "core/base/secret.hpp"
#include "core/inspect/observation.hpp"

namespace vmcpauth::inspect {

inline constexpr std::size_t kMaxInspected = 64U * 1024U;

enum class TokenForm : std::uint8_t {
  Jws,    // three parts, the first a JSON header
  Jwe,    // five parts, the first a JSON header: encrypted, only the header can be read
  Opaque  // anything else
};

[[nodiscard]] std::string_view to_string(TokenForm form) noexcept;  // "jwt", "jwe", "opaque"

struct DecodedToken {
  TokenForm form = TokenForm::Opaque;
  Secret token;  // without white space, quotes and "Bearer "
  Json header;   // an object; null when opaque
  Json claims;   // an object; null when there are none that can be read
  std::string signature;
  Observations observations;  // about the text itself
};

// Never fails for a strange token. InvalidInput: nothing, or several words; TooLarge: over kMaxInspected.
[[nodiscard]] Result<DecodedToken> decode_token(std::string_view text);

}  // namespace vmcpauth::inspect
