// Where two texts that must be equal byte for byte differ, so that the eye sees it: issuers and audiences. Used by the
// rules for their hints.
#pragma once

#include <string>
#include <string_view>

namespace vmcpauth::config {

struct NamedText {
  std::string_view name;  // "incoming issuer"
  std::string_view text;
};

// The two below each other with a mark under the first byte that differs, and in words what it is:
//   byte 15 is "r" there and "m" here … Bytes that are not printable ASCII are shown as \xNN. Empty when the texts are equal,
// or when one is a URL with a password.
[[nodiscard]] std::string byte_difference(const NamedText& first, const NamedText& second);

}  // namespace vmcpauth::config
