// Makes a provider's own words fit for our log, page and timeline: whatever we sent it in confidence and whatever
// looks like a token goes, control characters go, the length is bounded. Called wherever foreign text becomes a note.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vmcpauth::upstream {

// Replaces every occurrence of the `secrets` (as they are and form-encoded; those of at least four bytes), the query and
// fragment of URLs, and token-like words by "[redacted]"; then printable() and at most `max_bytes`.
[[nodiscard]] std::string redact(std::string_view text, const std::vector<std::string_view>& secrets, std::size_t max_bytes = 300);

}  // namespace vmcpauth::upstream
