// First line: a content type; the rest: the body of a token endpoint's answer.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/http/headers.hpp"
#include "core/upstream/provider_error.hpp"
#include "core/upstream/redaction.hpp"
#include "core/upstream/token_response.hpp"

using namespace vmcpauth;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void read(const Json& document, const upstream::ResponsePaths* paths) {
  const auto response = upstream::read_token_response(document, paths, true);
  if (!response) {
    require(response.error().code() == ErrorCode::BadResponse);
    return;
  }
  require(!response->access_token.empty() && http::is_header_value(response->access_token.reveal()));
  require(http::is_header_value(response->id_token.reveal()));
  require(!response->lifetime || *response->lifetime > Seconds(0));
  require(!response->scopes || std::all_of(response->scopes->begin(), response->scopes->end(), [](const auto& scope) { return !scope.empty(); }));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto kPaths =
      upstream::ResponsePaths::make({.access_token_path = "a.0", .scope_path = "a.1", .refresh_token_path = "a.2", .expires_in_path = "b|c"}).value();
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto newline = std::min(input.find('\n'), input.size());
  const auto body = input.substr(std::min(newline + 1, input.size()));
  const auto redacted = upstream::redact(body, {"marker", input.substr(0, newline)});
  require(redacted.size() <= 303);
  const auto document = upstream::parse_token_document(input.substr(0, newline), body);
  if (!document) return 0;
  require(document->is_object());
  (void)upstream::find_refusal(*document);
  read(*document, nullptr);
  read(*document, &kPaths);
  return 0;
}
