#include "core/crypto/roca.hpp"

#include <algorithm>
#include <array>

namespace vmcpauth::crypto {
namespace {

// The generator made primes p = k·M + (65537^a mod M) with M a primorial: modulo each small factor of M, the modulus is a
// power of 65537 (Nemec et al., "The Return of Coppersmith's Attack", §2). These are the factors of the smallest M, without 2.
constexpr std::array<unsigned, 38> kFactors{3,  5,  7,  11, 13, 17,  19,  23,  29,  31,  37,  41,  43,  47,  53,  59,  61,  67,  71,
                                            73, 79, 83, 89, 97, 101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167};
constexpr unsigned kGenerator = 65537;

unsigned remainder(std::string_view number, unsigned divisor) noexcept {
  unsigned rest = 0;
  for (const char c : number) rest = ((rest << 8U) | static_cast<unsigned char>(c)) % divisor;
  return rest;
}

bool is_power_of_generator(unsigned value, unsigned prime) noexcept {
  const unsigned generator = kGenerator % prime;
  unsigned power = 1;
  do {
    if (power == value) return true;
    power = power * generator % prime;
  } while (power != 1 && power != 0);
  return false;
}

}  // namespace

bool is_roca_modulus(std::string_view modulus) noexcept {
  return std::ranges::all_of(kFactors, [&](unsigned prime) { return is_power_of_generator(remainder(modulus, prime), prime); });
}

}  // namespace vmcpauth::crypto
