#include "core/base/secret.hpp"

#include <cstdint>
#include <cstring>
#include <utility>

#include <openssl/crypto.h>

namespace vmcpauth {

Secret::Secret(Secret&& other) noexcept : value_(std::move(other.value_)) { other.cleanse(); }

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    cleanse();
    value_ = std::move(other.value_);
    other.cleanse();
  }
  return *this;
}

Secret::~Secret() { cleanse(); }

void Secret::cleanse() noexcept {
  // A moved-from small string may still hold its bytes in place, past size().
  value_.resize(value_.capacity());
  OPENSSL_cleanse(value_.data(), value_.size());
  value_.clear();
}

bool Secret::equals(std::string_view other) const noexcept { return constant_time_equal(value_, other); }

// Eight bytes at a time; CRYPTO_memcmp takes them one by one, which for the token of every request is too slow.
bool constant_time_equal(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size()) return false;
  std::uint64_t difference = 0;
  for (std::uint64_t x = 0, y = 0; a.size() >= sizeof x; a.remove_prefix(sizeof x), b.remove_prefix(sizeof y)) {
    std::memcpy(&x, a.data(), sizeof x);
    std::memcpy(&y, b.data(), sizeof y);
    difference |= x ^ y;
    asm volatile("" : "+r"(difference));  // nothing is known of it: no early end can be made of this loop
  }
  return static_cast<unsigned>(difference != 0) + static_cast<unsigned>(CRYPTO_memcmp(a.data(), b.data(), a.size()) != 0) == 0;
}

}  // namespace vmcpauth
