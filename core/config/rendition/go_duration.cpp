#include "core/config/rendition/go_duration.hpp"

#include <cstdint>

#include <fmt/format.h>

namespace vmcpauth::config::rendition {
namespace {

// `value` of `unit` nanoseconds as a decimal without trailing zeros.
std::string decimal(std::uint64_t value, std::uint64_t unit) {
  std::string out = std::to_string(value / unit);
  auto rest = value % unit;
  if (rest == 0) return out;
  out += '.';
  for (auto place = unit / 10; rest > 0; place /= 10) {
    out += static_cast<char>('0' + rest / place);
    rest %= place;
  }
  return out;
}

}  // namespace

std::string go_duration(Nanoseconds duration) {
  const bool negative = duration.count() < 0;
  const auto count = negative ? 0 - static_cast<std::uint64_t>(duration.count()) : static_cast<std::uint64_t>(duration.count());
  constexpr std::uint64_t kSecond = 1'000'000'000;
  const std::string sign = negative ? "-" : "";
  if (count == 0) return "0s";
  if (count < 1'000) return sign + std::to_string(count) + "ns";
  if (count < 1'000'000) return sign + decimal(count, 1'000) + "µs";
  if (count < kSecond) return sign + decimal(count, 1'000'000) + "ms";
  const auto seconds = decimal(count % (60 * kSecond), kSecond) + "s";
  const auto minutes = count / (60 * kSecond);
  if (minutes == 0) return sign + seconds;
  if (minutes < 60) return fmt::format("{}{}m{}", sign, minutes, seconds);
  return fmt::format("{}{}h{}m{}", sign, minutes / 60, minutes % 60, seconds);
}

}  // namespace vmcpauth::config::rendition
