#include "proxy/serve/route.hpp"

#include "tests/support/catch.hpp"

using vmcpauth::proxy::route_of;
using vmcpauth::proxy::RouteKind;

TEST_CASE("route: every path has one place") {
  struct Case {
    const char* path;
    RouteKind want;
    const char* backend;
  };
  for (const auto& c : {
           Case{"/health", RouteKind::Health, ""},
           Case{"/ping", RouteKind::Ping, ""},
           Case{"/.well-known/oauth-protected-resource", RouteKind::ResourceMetadata, ""},
           Case{"/.well-known/oauth-protected-resource/mcp", RouteKind::ResourceMetadata, ""},
           Case{"/.well-known/oauth-protected-resource-x", RouteKind::Other, ""},
           Case{"/.well-known/oauth-authorization-server/mcp", RouteKind::Other, ""},
           Case{"/.well-known/jwks.json", RouteKind::Other, ""},
           Case{"/oauth/token", RouteKind::Other, ""},
           Case{"/oauth", RouteKind::Other, ""},
           Case{"/mcp", RouteKind::Aggregate, ""},
           Case{"/mcp/", RouteKind::Other, ""},
           Case{"/mcp/github", RouteKind::Backend, "github"},
           Case{"/mcp/github/", RouteKind::Other, ""},
           Case{"/mcp/git/hub", RouteKind::Other, ""},
           Case{"/mcp/../health", RouteKind::Other, ""},
           Case{"/mcpx", RouteKind::Other, ""},
           Case{"/health/", RouteKind::Other, ""},
           Case{"/", RouteKind::Other, ""},
           Case{"//mcp", RouteKind::Other, ""},
       }) {
    CAPTURE(c.path);
    const auto route = route_of(c.path);
    CHECK(route.kind == c.want);
    CHECK(route.backend == c.backend);
  }
}
