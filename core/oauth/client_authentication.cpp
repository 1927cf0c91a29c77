#include "core/oauth/client_authentication.hpp"

#include "core/base/encoding.hpp"
#include "core/oauth/error.hpp"

namespace vmcpauth::oauth {
namespace {

std::string form_encode_one(std::string_view text) { return form_encode({{"", std::string(text)}}).substr(1); }

Result<std::string> form_decode_one(std::string_view text) {
  if (text.find_first_of("&=") != std::string_view::npos) return std::string(text);  // not encoded at all: as it is
  TRY(auto fields, form_decode("v=" + std::string(text)));
  return fields.front().second;
}

Result<ClientCredentials> read_basic(std::string_view header) {
  constexpr std::string_view kScheme = "Basic ";
  if (!http::equals_ignoring_case(header.substr(0, kScheme.size()), kScheme)) {
    return refuse("invalid_client", "the Authorization header is not Basic");
  }
  auto encoded = header.substr(kScheme.size());
  while (encoded.starts_with(' ')) encoded.remove_prefix(1);
  const auto decoded = base64_decode(encoded);
  if (!decoded) return refuse("invalid_client", "the Basic credentials are not base64");
  const auto colon = decoded->find(':');
  if (colon == std::string::npos) return refuse("invalid_client", "the Basic credentials have no colon");
  const auto id = form_decode_one(std::string_view(*decoded).substr(0, colon));
  auto secret = form_decode_one(std::string_view(*decoded).substr(colon + 1));
  if (!id || !secret || id->empty()) return refuse("invalid_client", "the Basic credentials are malformed");
  return ClientCredentials{ClientAuthMethod::Basic, *id, Secret(*std::move(secret))};
}

}  // namespace

Result<std::optional<ClientCredentials>> read_client_credentials(const http::Headers& headers, const Parameters& form) {
  if (form.has("client_assertion") || form.has("client_assertion_type")) return refuse("invalid_client", "client assertions are not supported");
  const auto stated = form.find("client_id");
  const auto count = headers.count("authorization");
  if (count > 1) return refuse("invalid_request", "more than one Authorization header");
  if (count == 1) {
    if (form.has("client_secret")) return refuse("invalid_request", "the client authenticates in two ways at once");
    TRY(auto credentials, read_basic(*headers.get("authorization")));
    if (stated && *stated != credentials.client_id) return refuse("invalid_request", "client_id differs from the Authorization header");
    return std::optional(std::move(credentials));
  }
  if (!stated) {
    if (form.has("client_secret")) return refuse("invalid_request", "client_secret without client_id");
    return std::nullopt;
  }
  if (const auto secret = form.find("client_secret")) {
    return std::optional(ClientCredentials{ClientAuthMethod::Post, std::string(*stated), Secret(std::string(*secret))});
  }
  return std::optional(ClientCredentials{ClientAuthMethod::None, std::string(*stated), {}});
}

Secret basic_authorization(std::string_view client_id, const Secret& secret) {
  return Secret("Basic " + base64_encode(form_encode_one(client_id) + ":" + form_encode_one(secret.reveal())));
}

}  // namespace vmcpauth::oauth
