#include "core/base/secret.hpp"

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

bool constant_time_equal(std::string_view a, std::string_view b) noexcept { return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0; }

}  // namespace vmcpauth
