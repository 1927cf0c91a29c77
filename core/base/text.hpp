// Small questions about text that every room asks.
#pragma once

#include <algorithm>
#include <string_view>

namespace vmcpauth {

// ASCII only, whatever the locale.
[[nodiscard]] constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

// Whether a list of strings has this one.
template <class Range>
[[nodiscard]] bool contains(const Range& list, std::string_view item) {
  return std::ranges::any_of(list, [&](const auto& each) { return each == item; });
}

}  // namespace vmcpauth
