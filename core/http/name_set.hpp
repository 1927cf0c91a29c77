// A small fixed set of header names, compared without regard to case (RFC 9110 §5.1). Most names asked for are in none of
// them, and most of those are told apart by their length alone. Used where every field of every request is looked at.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/http/headers.hpp"

namespace vmcpauth::http {

template <std::size_t N>
class NameSet {
 public:
  // Names in lower case, shorter than 64.
  template <class... Names>
  consteval explicit(false) NameSet(Names... names) : names_{std::string_view(names)...} {
    for (const auto name : names_) lengths_ |= std::uint64_t{1} << name.size();
  }

  static constexpr std::size_t kNone = N;
  // The name's place in the list it was made of, or kNone.
  [[nodiscard]] std::size_t index_of(std::string_view name) const noexcept {
    if (name.size() >= 64 || ((lengths_ >> name.size()) & 1U) == 0) return kNone;
    std::size_t at = 0;
    while (at < N && !equals_ignoring_case(names_[at], name)) ++at;
    return at;
  }
  [[nodiscard]] bool contains(std::string_view name) const noexcept { return index_of(name) != kNone; }

 private:
  std::array<std::string_view, N> names_;
  std::uint64_t lengths_ = 0;
};

template <class... Names>
NameSet(Names...) -> NameSet<sizeof...(Names)>;

}  // namespace vmcpauth::http
