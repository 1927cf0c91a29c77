// HMAC-SHA256 (RFC 2104) under one key, and HKDF-SHA256 (RFC 5869).
#pragma once

#include <string>
#include <string_view>

#include "core/base/error.hpp"
#include "core/base/secret.hpp"

namespace vmcpauth::crypto {

class HmacSha256 {
 public:
  explicit HmacSha256(Secret key) : key_(std::move(key)) {}
  // 32 raw bytes.
  [[nodiscard]] std::string tag(std::string_view data) const;
  // Constant time in the tag's content.
  [[nodiscard]] bool verify(std::string_view data, std::string_view tag) const;

 private:
  Secret key_;
};

// `length` bytes of key material for one purpose (`info`). InvalidInput for length 0 or over 8160 (RFC 5869 §2.3).
[[nodiscard]] Result<Secret> hkdf_sha256(const Secret& key_material, std::string_view salt, std::string_view info, std::size_t length);

}  // namespace vmcpauth::crypto
