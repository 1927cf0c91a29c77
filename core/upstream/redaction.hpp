// Makes a provider's own words fit for our log, page and timeline: oauth::redact for what looks like a credential, and
// before it whatever we sent this provider in confidence. Called wherever foreign text becomes a note.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vmcpauth::upstream {

// Replaces every occurrence of the `secrets` (as they are and form-encoded; those of at least four bytes), the query and
// fragment of URLs, and credential-like words by "[redacted]"; printable, and at most `max_bytes` but for the "…".
[[nodiscard]] std::string redact(std::string_view text, const std::vector<std::string_view>& secrets, std::size_t max_bytes = 300);

}  // namespace vmcpauth::upstream
