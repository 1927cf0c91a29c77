// What a token endpoint answers (RFC 6749 §5.1, RFC 8693 §2.2.1), read the way the field needs: JSON or form-encoded,
// expires_in as number or text, scopes by spaces or commas, members elsewhere by token_response_mapping. Values that
// later go into header fields are checked here. Used by both kinds of provider and by outgoing's token exchange.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/error.hpp"
#include "core/base/json.hpp"
#include "core/base/secret.hpp"
#include "core/config/runtime.hpp"
#include "core/upstream/json_path.hpp"

namespace vmcpauth::upstream {

// token_response_mapping with its paths parsed; absent ones mean the standard member.
struct ResponsePaths {
  JsonPath access_token;
  std::optional<JsonPath> scope, refresh_token, expires_in;
  // InvalidConfig names the path.
  [[nodiscard]] static Result<ResponsePaths> make(const config::TokenResponseMapping& mapping);
};

struct TokenResponse {
  Secret access_token;                             // visible ASCII, so it can stand in a header field
  Secret refresh_token;                            // empty = none
  Secret id_token;                                 // empty = none
  std::optional<Seconds> lifetime;                 // none = no expiry asserted (absent, 0 or negative)
  std::optional<std::vector<std::string>> scopes;  // none = the answer is silent
  std::string token_type;                          // as sent; "" when absent
  std::string issued_token_type;                   // RFC 8693; "" when absent
};

// A body as one JSON object: a form becomes string members. BadResponse: neither, duplicates, deeper than 32, too large.
[[nodiscard]] Result<Json> parse_token_document(std::string_view content_type, std::string_view body);

// Reads a successful answer; `paths` may be null. `split_commas`: scopes may be separated by commas too (GitHub, Slack).
// BadResponse names the member, never its value.
[[nodiscard]] Result<TokenResponse> read_token_response(const Json& document, const ResponsePaths* paths, bool split_commas);

// BadResponse unless token_type is absent or Bearer (case-insensitive, RFC 6749 §5.1): nothing else can be presented.
[[nodiscard]] Result<void> require_bearer(const TokenResponse& response);

}  // namespace vmcpauth::upstream
