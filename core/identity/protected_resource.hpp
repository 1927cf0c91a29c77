// OAuth 2.0 Protected Resource Metadata (RFC 9728) of the MCP endpoint: the document, the URL it lives at, and the
// unauthenticated handler for the root and path variants of the well-known URI.
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

  // Where the document is found: the well-known path inserted between host and path (RFC 9728 §3.1).
  [[nodiscard]] const std::string& metadata_url() const noexcept { return metadata_url_; }
  // True for paths this handler answers: the well-known path and everything below it.
  [[nodiscard]] static bool owns(std::string_view path) noexcept;
  // GET, HEAD and CORS OPTIONS. The document is served at the root variant, at the resource's own path and below that
  // (backends under the resource); other paths are 404, other methods 405.
  [[nodiscard]] http::Response answer(const http::Request& request) const;
  [[nodiscard]] const std::string& document() const noexcept { return document_; }

 private:
  ProtectedResource() = default;
  std::string path_, metadata_url_, document_;
};

}  // namespace vmcpauth::identity
