// passthroughHeaders of a VirtualMCPServer: the allowlist of client header fields that are copied to every backend
// besides those MCP itself needs. Made once from configuration, read by request_headers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.hpp"

namespace vmcpauth::outgoing {

class Passthrough {
 public:
  Passthrough() = default;
  // InvalidConfig names the field that is no header name, or that never reaches a backend (Host, hop-by-hop,
  // X-Forwarded-*, Authorization, Cookie, …; http::is_passthrough_allowed).
  [[nodiscard]] static Result<Passthrough> make(const std::vector<std::string>& names);

  [[nodiscard]] bool contains(std::string_view name) const noexcept;

 private:
  std::vector<std::string> names_;
};

}  // namespace vmcpauth::outgoing
