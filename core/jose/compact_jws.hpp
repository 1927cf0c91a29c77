// The signature layer below UnverifiedToken: a compact JWS (RFC 7515 §7.1) with any payload, and the check of its
// signature against a key set. Used by the verifier; tests run the RFCs' and Wycheproof's vectors through it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.hpp"
#include "core/base/json.hpp"
#include "core/jose/algorithm.hpp"
#include "core/jose/jwk.hpp"

namespace vmcpauth::jose {

inline constexpr std::size_t kMaxTokenSize = 16U * 1024U;
inline constexpr std::size_t kMaxKidSize = 1024;
inline constexpr std::size_t kMaxKeysTried = 8;

struct CompactJws {
  Json header;  // an object; alg is a string, kid and typ are strings when present
  std::string payload, signing_input, signature;

  // Exactly two dots, canonical base64url, a header that is strict JSON without `crit` and without b64:false, a signature. Keys
  // the header carries or points to (jwk, jku, x5u, x5c) are never looked at. InvalidInput, TooLarge, Unsupported (JWE, crit, b64).
  [[nodiscard]] static Result<CompactJws> parse(std::string_view compact);
};

// Whether one key of the set signed this. With a `kid` only keys of that kid are tried, without one every key the algorithm
// fits, at most kMaxKeysTried. Unauthenticated (alg unknown or not among `allowed`), BadSignature.
[[nodiscard]] Result<void> verify_signature(const Json& header, std::string_view signing_input, std::string_view signature,
                                            const std::vector<Algorithm>& allowed, const JwkSet& keys);

}  // namespace vmcpauth::jose
