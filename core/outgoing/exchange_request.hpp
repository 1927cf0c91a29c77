// The request of a token exchange (RFC 8693 §2.1), composed in one place: for the strategy that serves a backend and for
// `token exchange`, which shows it and varies it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.hpp"
#include "core/base/secret.hpp"
#include "core/base/url.hpp"
#include "core/config/runtime.hpp"
#include "core/upstream/token_endpoint.hpp"
#include "core/upstream/token_response.hpp"

namespace vmcpauth::outgoing {

struct ExchangeTarget {
  Url token_url;
  std::string client_id;  // "" = the token service knows us otherwise
  std::optional<Secret> client_secret;
  std::string audience;  // "" = not sent, as everything below
  std::string resource;
  std::vector<std::string> scopes;
  config::SubjectTokenType subject_token_type = config::SubjectTokenType::AccessToken;
  bool allow_private_ips = true;
  [[nodiscard]] ExchangeTarget clone() const;
};

// "urn:ietf:params:oauth:token-type:…"
[[nodiscard]] std::string_view urn_of(config::SubjectTokenType type) noexcept;

[[nodiscard]] ExchangeTarget exchange_target(const config::TokenExchange& settings);

// The URL is the operator's own: an in-cluster service over http is as welcome as in ToolHive.
[[nodiscard]] http::PeerPolicy exchange_policy(const ExchangeTarget& target);

// Basic first, then the form body when there is a secret.
[[nodiscard]] upstream::TokenRequest exchange_request(const ExchangeTarget& target, const Secret& subject_token);

// RFC 8693 §2.2.1: both types are required, and say whether the token can be presented as a bearer token. BadResponse.
[[nodiscard]] Result<void> check_exchanged(const upstream::TokenResponse& response);

}  // namespace vmcpauth::outgoing
