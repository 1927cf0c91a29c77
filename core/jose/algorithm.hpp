// The JWS algorithms this project speaks (RFC 7518 §3, RFC 8037). "none" and the HMAC family cannot be expressed.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace vmcpauth::jose {

enum class Algorithm : std::uint8_t { Rs256, Rs384, Rs512, Ps256, Ps384, Ps512, Es256, Es384, Es512, EdDsa };

[[nodiscard]] std::string_view to_string(Algorithm algorithm) noexcept;                  // "RS256", …
[[nodiscard]] std::optional<Algorithm> parse_algorithm(std::string_view name) noexcept;  // exact, case-sensitive

}  // namespace vmcpauth::jose
