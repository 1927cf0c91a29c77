// Which part of the server a path belongs to: pure, so that the table of routes is tested without sockets.
// Called once a request by Application.
#pragma once

#include <cstdint>
#include <string_view>

namespace vmcpauth::proxy {

enum class RouteKind : std::uint8_t {
  Health,            // /health
  Ping,              // /ping
  Status,            // /status
  ResourceMetadata,  // /.well-known/oauth-protected-resource[/…] (RFC 9728)
  Aggregate,         // /mcp: every backend as one
  Backend,           // /mcp/<backend>
  Other,             // the authorization server's paths, if it serves them; else authenticated, then 404
};

struct Route {
  RouteKind kind = RouteKind::Other;
  std::string_view backend;  // of Backend; a view into the path
};

// `path` is the request's path as sent. A backend's name is one segment, never percent-encoded (names are DNS labels).
[[nodiscard]] Route route_of(std::string_view path) noexcept;

}  // namespace vmcpauth::proxy
