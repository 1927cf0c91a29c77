// Public keys as JSON Web Keys (RFC 7517, 7518 §6, 8037) and sets of them. Parsing is strict about what
// matters (curve points on the curve, RSA ≥ 2048 bit, canonical base64url) and skips what RFC 7517 §5 says to skip.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.hpp"
#include "core/base/json.hpp"
#include "core/crypto/public_key.hpp"
#include "core/jose/algorithm.hpp"

namespace vmcpauth::jose {

class PublicKeyHandle;  // OpenSSL, see public_key.hpp

class Jwk {
 public:
  // One public key; private members, if any, are ignored. InvalidInput, Unsupported (kty/crv/symmetric).
  [[nodiscard]] static Result<Jwk> parse(const Json& object);

  [[nodiscard]] const std::optional<std::string>& kid() const noexcept { return kid_; }
  // Algorithms this key may verify: key type ∩ `alg` when the key names one, and `use`/`key_ops` allow verifying.
  [[nodiscard]] bool may_verify(Algorithm algorithm) const noexcept;
  // RFC 7638 SHA-256 thumbprint, base64url.
  [[nodiscard]] std::string thumbprint() const;
  // Public members with kid, alg and use=sig.
  [[nodiscard]] Json to_json() const;
  [[nodiscard]] const PublicKeyHandle& key() const noexcept { return *key_; }

 private:
  friend class KeyRing;
  Jwk() = default;
  [[nodiscard]] static Jwk from_key(crypto::PublicKey key, std::optional<std::string> kid, std::vector<Algorithm> algorithms);
  std::optional<std::string> kid_;
  std::vector<Algorithm> algorithms_;
  Json members_;  // the required public members only (RFC 7638 §3.2)
  std::shared_ptr<const PublicKeyHandle> key_;
};

class JwkSet {
 public:
  JwkSet() = default;
  explicit JwkSet(std::vector<Jwk> keys) : keys_(std::move(keys)) {}
  // Unusable members are skipped; at most 100 keys, TooLarge beyond; no "keys" array: InvalidInput.
  [[nodiscard]] static Result<JwkSet> parse(std::string_view json_text);

  [[nodiscard]] const std::vector<Jwk>& keys() const noexcept { return keys_; }
  [[nodiscard]] std::string to_json_text() const;

 private:
  std::vector<Jwk> keys_;
};

}  // namespace vmcpauth::jose
