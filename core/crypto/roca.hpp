// The fingerprint of RSA moduli made by the broken generator of CVE-2017-15361 ("ROCA"), whose factors can be found.
#pragma once

#include <string_view>

namespace vmcpauth::crypto {

// True when the big-endian modulus has the fingerprint; wrongly so for one good modulus in about 2^27.
[[nodiscard]] bool is_roca_modulus(std::string_view modulus) noexcept;

}  // namespace vmcpauth::crypto
