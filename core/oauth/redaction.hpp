// A stranger's words (a provider's error_description, a token endpoint's body) made fit for log, page and timeline:
// printable, cut, and without anything that could be a credential. Identifiers people need (UUIDs, error numbers) stay.
#pragma once

#include <string>
#include <string_view>

namespace vmcpauth::oauth {

// Long runs of token characters become "[redacted]", and so does the value after names like access_token=, "code":", secret=.
[[nodiscard]] std::string redact(std::string_view foreign_text, std::size_t max_bytes = 500);

}  // namespace vmcpauth::oauth
