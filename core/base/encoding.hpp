// Text encodings of the protocols: base64url (RFC 4648 §5, no padding, canonical), base64, hex,
// percent-encoding (RFC 3986) and application/x-www-form-urlencoded (WHATWG, as RFC 6749 appendix B).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/error.hpp"

namespace vmcpauth {

[[nodiscard]] std::string base64url_encode(std::string_view bytes);
// Refuses padding, white space, characters outside the alphabet and non-zero trailing bits
// (RFC 7515 §2; RFC 4648 §3.5). InvalidInput.
[[nodiscard]] Result<std::string> base64url_decode(std::string_view text);

[[nodiscard]] std::string base64_encode(std::string_view bytes);
// Standard alphabet with correct padding, canonical. InvalidInput.
[[nodiscard]] Result<std::string> base64_decode(std::string_view text);

[[nodiscard]] std::string hex_encode(std::string_view bytes);
[[nodiscard]] Result<std::string> hex_decode(std::string_view text);

// Everything but RFC 3986 unreserved characters becomes %XX.
[[nodiscard]] std::string percent_encode(std::string_view bytes);
// Refuses broken escapes and NUL, encoded or not. InvalidInput.
[[nodiscard]] Result<std::string> percent_decode(std::string_view text);

using FormFields = std::vector<std::pair<std::string, std::string>>;

[[nodiscard]] std::string form_encode(const FormFields& fields);
// Order and duplicates are kept (callers refuse what RFC 6749 §3.1 forbids). At most `max_fields`
// fields: TooLarge; broken escapes, NUL: InvalidInput.
[[nodiscard]] Result<FormFields> form_decode(std::string_view text, std::size_t max_fields = 100);

// "&amp;" and friends for the five characters of HTML text and attribute values.
[[nodiscard]] std::string html_escape(std::string_view text);

// Valid UTF-8 by RFC 3629 (no surrogates, no overlongs).
[[nodiscard]] bool is_valid_utf8(std::string_view text) noexcept;

// Control characters and invalid UTF-8 replaced, cut to `max_bytes`: foreign text made fit for a log or terminal.
[[nodiscard]] std::string printable(std::string_view text, std::size_t max_bytes = 300);

}  // namespace vmcpauth
