// The last page of `vmcpauth login`: what was granted by whom and until when. Shown by the loopback receiver, and only once the
// tokens are stored and one request with them has succeeded. Pure: from facts to HTML.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/oauth/page.hpp"

namespace vmcpauth::oauth {

struct SignedInProvider {
  std::string name;                     // of the leg, or the issuer when the server tells no legs
  std::vector<std::string> scopes;      // granted, as far as known
  std::optional<TimePoint> expires_at;  // of its access token
};

struct SignedIn {
  std::string server;  // the MCP URL
  std::string issuer;
  std::vector<std::string> scopes;      // of our token
  std::optional<TimePoint> expires_at;  // of our token
  bool renewable = false;               // there is a refresh token
  std::vector<SignedInProvider> providers;
  std::string probe;  // what the first request found, e.g. "tools/list answered with 12 tools"
};

[[nodiscard]] http::Response signed_in_page(const SignedIn& facts, TimePoint now);

// The receiver's page when there is nothing to list: the login failed or was denied. `what` says what happened and what to do.
[[nodiscard]] http::Response not_signed_in_page(const std::string& server, const std::string& what);

}  // namespace vmcpauth::oauth
