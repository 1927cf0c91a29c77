// Keys of single-use identifiers, as ToolHive makes them (assertion-jwt:<sha256>), so that an assertion used at one is used
// at the other too.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vmcpauth::store {

// `<len>:<part>` for each part: no two lists make the same key.
[[nodiscard]] std::string once_key(const std::vector<std::string_view>& parts);
// Hex SHA-256: what stores keep instead of the key.
[[nodiscard]] std::string once_digest(std::string_view key);

}  // namespace vmcpauth::store
