// Our own signing keys: the first signs, all are published (rotation). kid = RFC 7638 thumbprint. EC P-256/384/521
// → ES256/384/512, RSA ≥ 2048 → RS256, Ed25519 → EdDSA. Immutable and thread-safe once made.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.hpp"
#include "core/base/json.hpp"
#include "core/base/secret.hpp"
#include "core/jose/jwk.hpp"

namespace vmcpauth::jose {

class KeyRing {
 public:
  // PEM private keys (PKCS#8, SEC1, PKCS#1, unencrypted), first is current. InvalidInput names the index.
  [[nodiscard]] static Result<KeyRing> from_pem(const std::vector<Secret>& pem);
  // One fresh ES256 key.
  [[nodiscard]] static Result<KeyRing> generate();
  // Such a key as PKCS#8 PEM (for `keygen`-like uses and tests).
  [[nodiscard]] static Result<Secret> generate_pem(Algorithm algorithm);

  KeyRing(KeyRing&&) noexcept;
  KeyRing& operator=(KeyRing&&) noexcept;
  ~KeyRing();

  // Compact JWS by the current key; header = {alg, kid, typ}. Internal when OpenSSL fails.
  [[nodiscard]] Result<std::string> sign(std::string_view typ, const Json& claims) const;
  // The same with a header of one's own; only `alg` is set here (client assertions, DPoP proofs: RFC 7523 §3, RFC 9449 §4.2).
  [[nodiscard]] Result<std::string> sign_with_header(Json header, const Json& claims) const;
  [[nodiscard]] Algorithm algorithm() const noexcept;
  [[nodiscard]] const JwkSet& public_keys() const noexcept;

 private:
  struct Impl;
  explicit KeyRing(std::unique_ptr<Impl> impl);
  [[nodiscard]] static Jwk published(const crypto::PublicKey& key);
  std::unique_ptr<Impl> impl_;
};

}  // namespace vmcpauth::jose
