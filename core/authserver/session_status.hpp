// How does my session stand with each identity provider? For whoever holds one of our access tokens: `vmcpauth doctor`. Metadata
// names it `vmcpauth_session_endpoint`. GET with the token answers
//   {"session": DIGEST, "providers": [{"provider", "status": "live"|"renewable"|"expired"|"missing", "scopes", "expires_at"}]}
// in the order of the chain; 401 without a good token. No token, code or session id is in it.
#pragma once

#include "core/authserver/context.hpp"
#include "core/base/json.hpp"
#include "core/http/message.hpp"

namespace vmcpauth::authserver {

inline constexpr const char* kSessionEndpoint = "vmcpauth_session_endpoint";  // in the metadata

class SessionStatus {
 public:
  explicit SessionStatus(const Context& context) : context_(context) {}
  [[nodiscard]] Task<http::Response> handle(http::Request request);

 private:
  // The tsid of a token of ours that is good now.
  [[nodiscard]] Result<std::string> session_of(const http::Headers& headers) const;
  [[nodiscard]] Json provider_json(const std::string& provider, const std::vector<store::UpstreamTokens>& rows) const;

  const Context& context_;
};

}  // namespace vmcpauth::authserver
