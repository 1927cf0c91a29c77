// Against DNS rebinding and strangers' web pages (MCP transports: servers must validate Origin; RFC 6454): a request must
// name a host we serve and, when a browser sends it, come from an origin we know. Called before authentication.
#pragma once

#include <string>
#include <vector>

#include "core/base/error.hpp"
#include "core/http/headers.hpp"

namespace vmcpauth::identity {

struct OriginGuardSettings {
  // Loopback names with any port are hosts and origins we know (port forwarding, the MCP inspector on its own port).
  bool allow_loopback = true;
  std::vector<std::string> hosts;    // further host names, lower case, without port
  std::vector<std::string> origins;  // further origins as browsers send them, `scheme://host[:port]`
};

class OriginGuard {
 public:
  explicit OriginGuard(OriginGuardSettings settings) : settings_(std::move(settings)) {}
  // Forbidden (answer 403): unknown or several Origin values, `null`; a Host we do not serve. A missing or duplicate Host: InvalidInput (400).
  [[nodiscard]] Result<void> check(const http::Headers& headers) const;
  // The part about Host alone, for documents that any page may read (metadata, keys).
  [[nodiscard]] Result<void> check_host(const http::Headers& headers) const;
  [[nodiscard]] bool is_allowed_origin(std::string_view origin) const;
  [[nodiscard]] bool is_allowed_host(std::string_view host_field) const;

 private:
  OriginGuardSettings settings_;
};

}  // namespace vmcpauth::identity
