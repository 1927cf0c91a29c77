// Asymmetric public keys and signature verification: RSA (2048 to 8192 bit), the three NIST curves, Ed25519. Made from raw
// parameters, checked on the way in. Immutable and thread-safe. OpenSSL stays behind the pointer.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/error.hpp"

namespace vmcpauth::crypto {

enum class KeyType : std::uint8_t { Rsa, P256, P384, P521, Ed25519 };

// Key-type part and hash of a signature. ECDSA signatures are r||s of fixed length (RFC 7518 §3.4), PSS uses MGF1 with
// the same hash and a salt of the hash's length (RFC 7518 §3.5), Ed25519 is pure (RFC 8032).
enum class SignatureScheme : std::uint8_t {
  RsaPkcs1Sha256,
  RsaPkcs1Sha384,
  RsaPkcs1Sha512,
  RsaPssSha256,
  RsaPssSha384,
  RsaPssSha512,
  EcdsaSha256,
  EcdsaSha384,
  EcdsaSha512,
  Ed25519
};

// Big-endian without leading zeros (RSA), fixed length (EC, Ed25519).
struct PublicParameters {
  KeyType type = KeyType::P256;
  std::string n, e;  // RSA
  std::string x, y;  // EC; Ed25519 has x only
};

class PublicKey {
 public:
  // InvalidInput: modulus size, even modulus or exponent, exponent < 3 or over 64 bit, point not on the curve, wrong lengths.
  [[nodiscard]] static Result<PublicKey> from_parameters(PublicParameters parameters);

  [[nodiscard]] KeyType type() const noexcept;
  [[nodiscard]] const PublicParameters& parameters() const noexcept;
  // False for every reason a signature can be wrong, a scheme that does not fit the key included.
  [[nodiscard]] bool verify(SignatureScheme scheme, std::string_view data, std::string_view signature) const noexcept;

 private:
  struct Impl;
  explicit PublicKey(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;
};

// Bytes of one coordinate: 32, 48, 66; 32 for Ed25519.
[[nodiscard]] std::size_t coordinate_size(KeyType type) noexcept;

}  // namespace vmcpauth::crypto
