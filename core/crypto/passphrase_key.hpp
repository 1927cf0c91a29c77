// A key from what a person typed: scrypt (RFC 7914), which OpenSSL has since 3.0 (its Argon2 only came with 3.2, and a file
// must open on both). Used for encrypted dumps.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/base/error.hpp"
#include "core/base/secret.hpp"

namespace vmcpauth::crypto {

struct ScryptCost {
  std::uint64_t n = 1U << 17U;  // power of two; 128 MiB and about half a second with r = 8
  std::uint64_t r = 8;
  std::uint64_t p = 1;
  friend bool operator==(const ScryptCost&, const ScryptCost&) = default;
};

// What a file may ask of us: up to 256 MiB and four times the work of the standard.
[[nodiscard]] Result<void> check_cost(const ScryptCost& cost);

// A 32-byte key. InvalidInput (cost that check_cost refuses, empty passphrase, salt under 16 bytes), Internal.
[[nodiscard]] Result<Secret> scrypt_key(const Secret& passphrase, std::string_view salt, const ScryptCost& cost);

}  // namespace vmcpauth::crypto
