// IP addresses as values and the question the private-address guard asks: may a server we were pointed at by
// someone else live there? Pure; the Asio client asks it of every address it is about to connect to.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace vmcpauth::http {

class IpAddress {
 public:
  // Dotted IPv4 (four decimal parts) or RFC 4291 IPv6 text without brackets and zone; nullopt otherwise.
  [[nodiscard]] static std::optional<IpAddress> parse(std::string_view text);
  [[nodiscard]] static IpAddress v4(std::array<std::uint8_t, 4> bytes) noexcept;
  [[nodiscard]] static IpAddress v6(std::array<std::uint8_t, 16> bytes) noexcept;

  [[nodiscard]] bool is_v4() const noexcept { return v4_; }
  // 4 or 16 bytes, network order.
  [[nodiscard]] std::span<const std::uint8_t> bytes() const noexcept { return {bytes_.data(), v4_ ? 4U : 16U}; }
  [[nodiscard]] std::string text() const;

  friend bool operator==(const IpAddress&, const IpAddress&) = default;

 private:
  IpAddress() = default;
  std::array<std::uint8_t, 16> bytes_{};
  bool v4_ = false;
};

// 127.0.0.0/8, ::1 and their IPv4-mapped forms.
[[nodiscard]] bool is_loopback_address(const IpAddress& address) noexcept;

// True only for global unicast as the IANA special-purpose registries have it (RFC 6890). IPv4 inside IPv6
// (mapped, compatible, translated, NAT64, 6to4) counts as the IPv4 address it reaches.
[[nodiscard]] bool is_public_address(const IpAddress& address) noexcept;

}  // namespace vmcpauth::http
