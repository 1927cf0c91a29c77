// What public and private keys share behind their pointers: an EVP_PKEY, its type and parameters. Only this room includes it.
#pragma once

#include "core/crypto/openssl.hpp"
#include "core/crypto/public_key.hpp"

namespace vmcpauth::crypto {

struct PublicKey::Impl {
  Pkey pkey;
  PublicParameters parameters;
};

// How one scheme is computed.
struct SchemeTraits {
  KeyType type;      // for ECDSA any of the curves; see fits()
  const EVP_MD* md;  // null for Ed25519
  bool pss;
};
[[nodiscard]] SchemeTraits traits_of(SignatureScheme scheme) noexcept;
// ES256 is P-256 with SHA-256 and nothing else (RFC 7518 §3.4).
[[nodiscard]] bool fits(SignatureScheme scheme, KeyType type) noexcept;

// OpenSSL's group name; null for RSA and Ed25519.
[[nodiscard]] const char* group_name(KeyType type) noexcept;

// Sets PSS padding and salt length on a signing or verifying context where the scheme asks for it.
[[nodiscard]] bool set_padding(EVP_PKEY_CTX* context, const SchemeTraits& traits) noexcept;

// The public half of a key OpenSSL loaded or made, with the same checks as from_parameters. Unsupported, InvalidInput.
[[nodiscard]] Result<PublicParameters> parameters_of(const EVP_PKEY* pkey);

}  // namespace vmcpauth::crypto
