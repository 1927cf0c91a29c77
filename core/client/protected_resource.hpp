// Protected-resource metadata (RFC 9728) as the login client reads it: where it may lie, what it says, and whether it speaks
// of the server the user named. Pure; discovery.hpp fetches.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.hpp"
#include "core/base/json.hpp"
#include "core/base/url.hpp"
#include "core/oauth/scope.hpp"

namespace vmcpauth::client {

struct ProtectedResource {
  std::string resource;                            // exactly as published: what `resource` parameters repeat (RFC 8707 §2)
  std::vector<std::string> authorization_servers;  // issuers, in the server's order; at least one
  oauth::Scopes scopes_supported;
  bool dpop_bound_access_tokens_required = false;
  Json document;  // everything, for display
};

// BadResponse: not a JSON object, no or a malformed resource, no authorization server, wrong types.
[[nodiscard]] Result<ProtectedResource> parse_protected_resource(std::string_view json_text);

// The well-known URLs for an MCP endpoint, in the order of the MCP specification: with its path, then the root's.
[[nodiscard]] Result<std::vector<Url>> resource_metadata_urls(const Url& server);

// BadResponse unless `resource` is the server's URL or one above it on the same origin (RFC 9728 §3.3, §7.3): a document of another
// resource would have us fetch a token for somebody else.
[[nodiscard]] Result<void> check_resource(const std::string& resource, const Url& server);

// Same origin, and the path is the same or continues below it; query and a trailing slash do not count.
[[nodiscard]] bool is_below(const Url& url, const Url& above);

}  // namespace vmcpauth::client
