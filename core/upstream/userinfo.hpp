// Asks a userinfo endpoint who the access token belongs to (OpenID Connect Core §5.3, and the look-alikes of OAuth 2.0
// providers: other methods, headers and member names).
#pragma once

#include <string>
#include <vector>

#include "core/base/error.hpp"
#include "core/base/json.hpp"
#include "core/base/secret.hpp"
#include "core/base/task.hpp"
#include "core/config/runtime.hpp"
#include "core/http/client.hpp"

namespace vmcpauth::upstream {

struct UserInfo {
  std::string subject;
  std::string name, email;  // may be empty
};

// InvalidConfig: a method other than GET and POST, a header that cannot be sent or that is ours (Authorization, Host, framing).
[[nodiscard]] Result<void> check_userinfo(const config::UserInfoEndpoint& endpoint);

// The first of `fields` that leads to a non-empty scalar: a member of that very name, else a dot path. "" when none does.
[[nodiscard]] std::string resolve_field(const Json& claims, const std::vector<std::string>& fields);

struct UserInfoRequest {
  std::string who;  // for messages: `provider "github"`
  Secret access_token;
  http::PeerPolicy policy;
};

// `endpoint` must outlive the task. UpstreamError, BadResponse (also: no subject in it), Timeout, Unreachable, BlockedAddress, TooLarge.
[[nodiscard]] Task<Result<UserInfo>> ask_userinfo(http::HttpClient& http, const config::UserInfoEndpoint& endpoint, UserInfoRequest request);

}  // namespace vmcpauth::upstream
