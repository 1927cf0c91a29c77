// The parameters of an OAuth request, from a query or a form body, read as RFC 6749 §3.1 says: none may be repeated, one
// without a value counts as left out. Also the OAuth errors a demo provider's endpoints fail with.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.hpp"
#include "core/http/message.hpp"

namespace vmcpauth::proxy {

class Parameters {
 public:
  // InvalidInput (oauth code invalid_request) for broken encoding or too many fields. Repeats are only noted.
  [[nodiscard]] static Result<Parameters> parse(std::string_view encoded);
  // The body of a form POST of at most 64 KiB, without repeats.
  [[nodiscard]] static Result<Parameters> of_form(const http::Request& request);

  [[nodiscard]] std::optional<std::string> get(std::string_view name) const;
  [[nodiscard]] std::string get_or_empty(std::string_view name) const { return get(name).value_or(""); }
  [[nodiscard]] bool repeated(std::string_view name) const;
  [[nodiscard]] bool any_repeated() const noexcept { return !repeated_.empty(); }

 private:
  std::map<std::string, std::string, std::less<>> values_;
  std::vector<std::string> repeated_;
};

// A failure that already has its code on the wire (RFC 6749 §5.2); `description` is fixed text.
[[nodiscard]] std::unexpected<Error> oauth_fail(std::string code, std::string description);

// {"error", "error_description"} with no-store; 401 and a Basic challenge for invalid_client, else `status`.
[[nodiscard]] http::Response oauth_error_response(const Error& error, int status = 400);

// JSON that must not be cached (RFC 6749 §5.1).
[[nodiscard]] http::Response json_no_store(int status, std::string body);

// 405 with Allow.
[[nodiscard]] http::Response method_not_allowed(std::string allowed);

// RFC 6749 §3.3: scope tokens in order, without repeats; InvalidInput (invalid_scope) for other characters or over 50.
[[nodiscard]] Result<std::vector<std::string>> parse_scope(std::string_view text);
[[nodiscard]] std::string join_scope(const std::vector<std::string>& scopes);
[[nodiscard]] bool has_scope(const std::vector<std::string>& scopes, std::string_view scope);

// The token of a well-formed `Authorization: Bearer …` given once (RFC 6750 §2.1).
[[nodiscard]] std::optional<std::string> bearer_token(const http::Request& request);

}  // namespace vmcpauth::proxy
