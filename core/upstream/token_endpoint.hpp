// One form POST to a token endpoint, with client authentication (RFC 6749 §2.3.1, §3.2) and every kind of refusal
// turned into an Error. Used for code exchange, refresh and (by core/outgoing) token exchange.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/encoding.hpp"
#include "core/base/error.hpp"
#include "core/base/json.hpp"
#include "core/base/secret.hpp"
#include "core/base/task.hpp"
#include "core/http/client.hpp"
#include "core/upstream/provider_error.hpp"

namespace vmcpauth::upstream {

// None: a public client names itself by client_id in the body.
enum class ClientAuthentication : std::uint8_t { None, Basic, Post };

[[nodiscard]] std::string_view to_string(ClientAuthentication method) noexcept;  // RFC 7591 §2: "none", "client_secret_basic", …

struct ClientCredentials {
  std::string id;
  Secret secret;  // empty = public client
  ClientAuthentication method = ClientAuthentication::None;
  [[nodiscard]] ClientCredentials clone() const { return {id, secret.clone(), method}; }
};

struct TokenRequest {
  Peer peer;
  FormFields form;                   // grant_type and what belongs to it
  std::vector<std::string> secrets;  // values of `form` that must never be repeated in an error
  ClientCredentials client;
  http::PeerPolicy policy;
  // Tried once more with this method when the provider refuses the client itself (401, or invalid_client): many take
  // only one of Basic and Post and few say which. None = no second try.
  ClientAuthentication fallback = ClientAuthentication::None;
};

// A success whose body may be anything, or nothing, as revocation endpoints send it (RFC 7009 §2.2). Errors as below; a
// refusal in the body is one whatever the status.
[[nodiscard]] Task<Result<void>> ask_revocation_endpoint(http::HttpClient& http, TokenRequest request);

struct TokenAnswer {
  Json document;                // a JSON object without an error
  ClientAuthentication method;  // that the provider accepted
};

// `Basic` and the base64 of form-encoded id ":" form-encoded secret.
[[nodiscard]] std::string basic_authorization(std::string_view id, std::string_view secret);

// UpstreamError (the provider refused; oauth_code when it is one), BadResponse, Timeout, Unreachable, BlockedAddress, TooLarge.
[[nodiscard]] Task<Result<TokenAnswer>> ask_token_endpoint(http::HttpClient& http, TokenRequest request);

}  // namespace vmcpauth::upstream
