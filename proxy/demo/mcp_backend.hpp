// A demo MCP server over Streamable HTTP, both revisions (2025-11-25 with sessions, 2026-07-28 stateless). Its tools show
// what authentication did: `whoami` answers with the claims of the bearer token it received (never the token), `echo`.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/random.hpp"
#include "core/http/message.hpp"
#include "proxy/demo/trusted_issuers.hpp"

namespace vmcpauth::proxy {

// The token a backend insists on; anything else is 401 with a challenge (RFC 6750 §3, RFC 9728 §5.1).
struct RequiredToken {
  std::string issuer, audience;
};

struct McpBackendSpec {
  std::string name;
  std::string origin;  // of its listening socket; the endpoint is <origin>/mcp
  std::optional<RequiredToken> required;
  bool prefer_event_stream = false;  // answer with SSE when the client accepts both
};

class McpBackend final : public http::Handler {
 public:
  // Trust, clock and random outlive it. InvalidInput for a bad origin.
  [[nodiscard]] static Result<std::unique_ptr<McpBackend>> make(McpBackendSpec spec, const TrustedIssuers& trust, const Clock& clock, Random& random);
  ~McpBackend() override;

  // Thread-safe; answers without suspending. /mcp and /.well-known/oauth-protected-resource[/mcp]; else 404.
  [[nodiscard]] Task<http::Response> handle(http::Request request) override;

 private:
  struct Parts;
  explicit McpBackend(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace vmcpauth::proxy
