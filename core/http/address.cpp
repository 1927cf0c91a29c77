#include "core/http/address.hpp"

#include <arpa/inet.h>

#include <algorithm>

namespace vmcpauth::http {
namespace {

struct Prefix {
  std::array<std::uint8_t, 16> bytes;
  unsigned bits;
};

bool matches(std::span<const std::uint8_t> address, const Prefix& prefix) noexcept {
  const std::size_t whole = prefix.bits / 8;
  if (!std::equal(address.begin(), address.begin() + static_cast<std::ptrdiff_t>(whole), prefix.bytes.begin())) return false;
  const unsigned rest = prefix.bits % 8;
  if (rest == 0) return true;
  const auto mask = static_cast<std::uint8_t>(0xFFU << (8U - rest));
  return (address[whole] & mask) == (prefix.bytes[whole] & mask);
}

template <std::size_t N>
bool matches_any(std::span<const std::uint8_t> address, const std::array<Prefix, N>& prefixes) noexcept {
  return std::any_of(prefixes.begin(), prefixes.end(), [&](const Prefix& prefix) { return matches(address, prefix); });
}

// IANA IPv4 Special-Purpose Address Registry, entries that are not globally reachable, and multicast.
constexpr std::array<Prefix, 17> kSpecialV4{{
    {{0}, 8},              // "this network"
    {{10}, 8},             // RFC 1918
    {{100, 64}, 10},       // RFC 6598 carrier-grade NAT
    {{127}, 8},            // loopback
    {{169, 254}, 16},      // link-local, with the clouds' metadata services
    {{172, 16}, 12},       // RFC 1918
    {{192, 0, 0}, 24},     // IETF protocol assignments
    {{192, 0, 2}, 24},     // TEST-NET-1
    {{192, 31, 196}, 24},  // AS112
    {{192, 52, 193}, 24},  // AMT
    {{192, 88, 99}, 24},   // 6to4 relay anycast, deprecated
    {{192, 168}, 16},      // RFC 1918
    {{192, 175, 48}, 24},  // AS112
    {{198, 18}, 15},       // benchmarking
    {{198, 51, 100}, 24},  // TEST-NET-2
    {{203, 0, 113}, 24},   // TEST-NET-3
    {{224}, 3},            // multicast, reserved, broadcast
}};

// Inside 2000::/3, the only block of global unicast, what the IANA IPv6 registry sets apart.
constexpr Prefix kGlobalUnicastV6{{0x20}, 3};
constexpr std::array<Prefix, 3> kSpecialV6{{
    {{0x20, 0x01, 0x00}, 23},        // IETF protocol assignments: Teredo, benchmarking, ORCHID
    {{0x20, 0x01, 0x0D, 0xB8}, 32},  // documentation
    {{0x3F, 0xFF}, 20},              // documentation (RFC 9637)
}};

// The forms that carry an IPv4 address, and where it is.
struct Embedding {
  Prefix prefix;
  std::size_t offset;
};
constexpr std::array<Embedding, 5> kEmbeddings{{
    {{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF}, 96}, 12},        // ::ffff:0:0/96 mapped
    {{{0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0}, 96}, 12},        // ::ffff:0:0:0/96 translated (RFC 2765)
    {{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 96}, 12},              // ::/96 compatible
    {{{0x00, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0}, 96}, 12},  // 64:ff9b::/96 NAT64 (RFC 6052)
    {{{0x20, 0x02}, 16}, 2},                                       // 2002::/16 6to4
}};

std::optional<IpAddress> embedded_v4(const IpAddress& address) noexcept {
  for (const auto& form : kEmbeddings) {
    if (!matches(address.bytes(), form.prefix)) continue;
    std::array<std::uint8_t, 4> inner{};
    std::copy_n(address.bytes().begin() + static_cast<std::ptrdiff_t>(form.offset), 4, inner.begin());
    return IpAddress::v4(inner);
  }
  return std::nullopt;
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  if (text.empty() || text.size() > 45) return std::nullopt;
  const std::string terminated(text);
  std::array<std::uint8_t, 4> four{};
  if (::inet_pton(AF_INET, terminated.c_str(), four.data()) == 1) return v4(four);
  std::array<std::uint8_t, 16> sixteen{};
  if (::inet_pton(AF_INET6, terminated.c_str(), sixteen.data()) == 1) return v6(sixteen);
  return std::nullopt;
}

IpAddress IpAddress::v4(std::array<std::uint8_t, 4> bytes) noexcept {
  IpAddress address;
  std::copy(bytes.begin(), bytes.end(), address.bytes_.begin());
  address.v4_ = true;
  return address;
}

IpAddress IpAddress::v6(std::array<std::uint8_t, 16> bytes) noexcept {
  IpAddress address;
  address.bytes_ = bytes;
  return address;
}

std::string IpAddress::text() const {
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  ::inet_ntop(v4_ ? AF_INET : AF_INET6, bytes_.data(), buffer.data(), buffer.size());
  return buffer.data();
}

bool is_loopback_address(const IpAddress& address) noexcept {
  if (address.is_v4()) return address.bytes()[0] == 127;
  constexpr std::array<std::uint8_t, 16> kLoopback{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  if (std::equal(kLoopback.begin(), kLoopback.end(), address.bytes().begin())) return true;
  return matches(address.bytes(), kEmbeddings[0].prefix) && address.bytes()[12] == 127;
}

bool is_public_address(const IpAddress& address) noexcept {
  if (address.is_v4()) return !matches_any(address.bytes(), kSpecialV4);
  if (const auto inner = embedded_v4(address)) {
    // Mapped, NAT64 and 6to4 reach the inner address; ::/96 and the translated form reach nothing public.
    const bool reaches =
        matches(address.bytes(), kEmbeddings[0].prefix) || matches(address.bytes(), kEmbeddings[3].prefix) || matches(address.bytes(), kEmbeddings[4].prefix);
    return reaches && is_public_address(*inner);
  }
  return matches(address.bytes(), kGlobalUnicastV6) && !matches_any(address.bytes(), kSpecialV6);
}

}  // namespace vmcpauth::http
