// Private signing keys: loaded from PEM (PKCS#8, SEC1, PKCS#1; never encrypted ones) or generated. Immutable and thread-safe.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/base/error.hpp"
#include "core/base/secret.hpp"
#include "core/crypto/public_key.hpp"

namespace vmcpauth::crypto {

class PrivateKey {
 public:
  // One PEM private key of at most 64 KiB. InvalidInput (no key, several, broken, encrypted, RSA size), Unsupported (other curves and types).
  [[nodiscard]] static Result<PrivateKey> from_pem(const Secret& pem);
  // RSA keys have 2048 bits. Internal when OpenSSL fails.
  [[nodiscard]] static Result<PrivateKey> generate(KeyType type);
  // PKCS#8, unencrypted.
  [[nodiscard]] Result<Secret> to_pem() const;

  [[nodiscard]] KeyType type() const noexcept;
  [[nodiscard]] const PublicKey& public_key() const noexcept;
  // Signature in the form PublicKey::verify takes. InvalidInput when the scheme does not fit the key, Internal when OpenSSL fails.
  [[nodiscard]] Result<std::string> sign(SignatureScheme scheme, std::string_view data) const;

 private:
  struct Impl;
  explicit PrivateKey(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;
};

}  // namespace vmcpauth::crypto
