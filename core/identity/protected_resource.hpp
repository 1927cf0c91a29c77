// OAuth 2.0 Protected Resource Metadata (RFC 9728) of one MCP endpoint: the document, the URL it lives at, and the answer
// to a request for it. Which path has which document (root and path variants, backends) is for proxy/'s routes to say.
#pragma once

#include <string>
#include <vector>

#include "core/base/url.hpp"
#include "core/http/message.hpp"

namespace vmcpauth::identity {

struct ProtectedResourceSettings {
  std::string resource;  // resource identifier: absolute URL without fragment (RFC 9728 §1.2)
  std::string issuer;
  std::vector<std::string> scopes;  // advertised; may be empty
};

class ProtectedResource {
 public:
  static constexpr std::string_view kWellKnown = "/.well-known/oauth-protected-resource";

  // InvalidInput when the resource is not an absolute http(s) URL, or has a fragment.
  [[nodiscard]] static Result<ProtectedResource> make(ProtectedResourceSettings settings);

  // Where the document is found: the well-known path inserted between host and path, without a lone "/" (RFC 9728 §3.1).
  [[nodiscard]] const std::string& metadata_url() const noexcept { return metadata_url_; }
  [[nodiscard]] const std::string& document() const noexcept { return document_; }

 private:
  ProtectedResource() = default;
  std::string metadata_url_, document_;
};

// GET and HEAD with the document, OPTIONS for CORS preflights from any origin; 405 for the rest. Needs no authentication.
[[nodiscard]] http::Response protected_resource_response(const http::Request& request, std::string_view document);

}  // namespace vmcpauth::identity
