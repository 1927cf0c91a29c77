// The OpenSSL key behind a Jwk, for this room's own files and tests; and hash claims (OIDC Core §3.1.3.6).
#pragma once

#include <string>
#include <string_view>

#include "core/crypto/public_key.hpp"
#include "core/jose/algorithm.hpp"

namespace vmcpauth::jose {

class PublicKeyHandle {
 public:
  explicit PublicKeyHandle(crypto::PublicKey key) : key_(std::move(key)) {}
  [[nodiscard]] const crypto::PublicKey& key() const noexcept { return key_; }

 private:
  crypto::PublicKey key_;
};

// What `algorithm` means to the crypto room: hash and padding; the key type it needs.
[[nodiscard]] crypto::SignatureScheme scheme_of(Algorithm algorithm) noexcept;
[[nodiscard]] crypto::KeyType key_type_of(Algorithm algorithm) noexcept;

// at_hash / c_hash of an access token or code: left half of its hash by the ID token's algorithm, base64url. EdDSA: SHA-512 (Ed25519).
[[nodiscard]] std::string left_half_hash(Algorithm algorithm, std::string_view token);

}  // namespace vmcpauth::jose
