#include "core/live/byte_diff.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/encoding.hpp"

namespace vmcpauth::live {

std::string byte_diff(std::string_view configured, std::string_view published) {
  const auto first = std::mismatch(configured.begin(), configured.end(), published.begin(), published.end()).first;
  const auto same = static_cast<std::size_t>(first - configured.begin());
  return fmt::format("configured: {}\npublished:  {}\n            {}^ differs here", printable(configured, 200), printable(published, 200), std::string(std::min<std::size_t>(same, 200), ' '));
}

}  // namespace vmcpauth::live
