// Values that travel through a client and come back: cursors and the requestState of multi round-trip requests. The text is
// opaque by its MAC, not by secrecy: nothing confidential goes in. One key a process, so a restart ends them all.
#pragma once

#include <string>
#include <string_view>

#include "core/base/json.hpp"
#include "core/base/random.hpp"
#include "core/crypto/mac.hpp"

namespace vmcpauth::mcp {

class SealedTexts {
 public:
  explicit SealedTexts(Random& random);

  // `purpose` keeps the texts of one use from being taken for another's.
  [[nodiscard]] std::string seal(std::string_view purpose, const Json& value) const;
  // What seal() was given. InvalidInput for anything else; `max_bytes` bounds the text.
  [[nodiscard]] Result<Json> open(std::string_view purpose, std::string_view text, std::size_t max_bytes) const;

 private:
  crypto::HmacSha256 mac_;
};

}  // namespace vmcpauth::mcp
