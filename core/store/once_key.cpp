#include "core/store/once_key.hpp"

#include "core/base/encoding.hpp"
#include "core/crypto/digest.hpp"

namespace vmcpauth::store {

std::string once_key(const std::vector<std::string_view>& parts) {
  std::string key;
  for (const auto part : parts) key.append(std::to_string(part.size())).append(":").append(part);
  return key;
}

std::string once_digest(std::string_view key) { return hex_encode(crypto::sha256(key)); }

}  // namespace vmcpauth::store
