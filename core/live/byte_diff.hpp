// Two identifiers that must be equal byte for byte, one under the other, with a mark where they part.
#pragma once

#include <string>
#include <string_view>

namespace vmcpauth::live {

// "configured: …\npublished:  …\n            ^ differs here".
[[nodiscard]] std::string byte_diff(std::string_view configured, std::string_view published);

}  // namespace vmcpauth::live
