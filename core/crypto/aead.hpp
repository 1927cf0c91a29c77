// AES-256-GCM (NIST SP 800-38D) for what is kept at rest: nonce ‖ ciphertext ‖ tag, a fresh random nonce each time.
#pragma once

#include <string>
#include <string_view>

#include "core/base/error.hpp"
#include "core/base/random.hpp"
#include "core/base/secret.hpp"

namespace vmcpauth::crypto {

class Aes256Gcm {
 public:
  // InvalidInput unless the key has 32 bytes.
  [[nodiscard]] static Result<Aes256Gcm> with_key(Secret key);

  // `context` is authenticated but not stored: whoever opens must give the same. At most 2^32 seals a key.
  [[nodiscard]] Result<std::string> seal(const Secret& plaintext, std::string_view context, Random& random) const;
  // BadSignature when anything differs: key, context, a bit.
  [[nodiscard]] Result<Secret> open(std::string_view sealed, std::string_view context) const;

 private:
  explicit Aes256Gcm(Secret key) : key_(std::move(key)) {}
  Secret key_;
};

}  // namespace vmcpauth::crypto
