// Authorization codes and refresh tokens: 256 random bits and an HMAC over them, so that a made-up one is refused without
// asking the store, and a stolen store holds nothing that can be presented. The current secret signs, every configured one
// verifies (rotation).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.hpp"
#include "core/base/random.hpp"
#include "core/base/secret.hpp"
#include "core/crypto/mac.hpp"

namespace vmcpauth::oauth {

enum class OpaqueKind : std::uint8_t { AuthorizationCode, RefreshToken };

class OpaqueTokens {
 public:
  // First secret is current. InvalidInput when there is none or one is shorter than 32 bytes.
  [[nodiscard]] static Result<OpaqueTokens> with_secrets(const std::vector<Secret>& secrets);

  struct Minted {
    Secret token;
    std::string signature;  // the key to store it under
  };
  [[nodiscard]] Minted mint(OpaqueKind kind, Random& random) const;
  // The signature of a token of this kind that one of our secrets made. BadSignature for anything else.
  [[nodiscard]] Result<std::string> signature(OpaqueKind kind, std::string_view token) const;

 private:
  explicit OpaqueTokens(std::vector<crypto::HmacSha256> macs) : macs_(std::move(macs)) {}
  std::vector<crypto::HmacSha256> macs_;
};

}  // namespace vmcpauth::oauth
