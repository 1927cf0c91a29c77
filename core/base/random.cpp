#include "core/base/random.hpp"

#include <array>
#include <cstdlib>

#include <openssl/rand.h>

#include "core/base/encoding.hpp"

namespace vmcpauth {

std::string Random::token(std::size_t bytes) {
  std::string raw(bytes, '\0');
  fill({reinterpret_cast<unsigned char*>(raw.data()), raw.size()});
  return base64url_encode(raw);
}

std::string Random::uuid() {
  std::array<unsigned char, 16> raw{};
  fill(raw);
  raw[6] = static_cast<unsigned char>((raw[6] & 0x0fU) | 0x40U);
  raw[8] = static_cast<unsigned char>((raw[8] & 0x3fU) | 0x80U);
  const std::string hex = hex_encode({reinterpret_cast<const char*>(raw.data()), raw.size()});
  return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" + hex.substr(16, 4) + "-" + hex.substr(20);
}

void SystemRandom::fill(std::span<unsigned char> out) {
  if (RAND_bytes(out.data(), static_cast<int>(out.size())) != 1) std::abort();
}

}  // namespace vmcpauth
