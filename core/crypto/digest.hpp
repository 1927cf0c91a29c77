// SHA-2 digests as raw bytes.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace vmcpauth::crypto {

using Sha256 = std::array<unsigned char, 32>;

// Without allocation: cache keys.
[[nodiscard]] Sha256 sha256_array(std::string_view data) noexcept;

[[nodiscard]] std::string sha256(std::string_view data);
[[nodiscard]] std::string sha384(std::string_view data);
[[nodiscard]] std::string sha512(std::string_view data);

}  // namespace vmcpauth::crypto
