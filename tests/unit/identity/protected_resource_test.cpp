#include "core/identity/protected_resource.hpp"

#include "tests/support/catch.hpp"

using namespace vmcpauth;
using identity::ProtectedResource;

TEST_CASE("protected resource: the metadata URL has the well-known path between host and path", "[identity]") {
  const std::pair<const char*, const char*> cases[] = {
      {"https://mcp.example", "https://mcp.example/.well-known/oauth-protected-resource"},
      {"https://mcp.example/", "https://mcp.example/.well-known/oauth-protected-resource"},
      {"https://mcp.example/mcp", "https://mcp.example/.well-known/oauth-protected-resource/mcp"},
      {"https://mcp.example/mcp/", "https://mcp.example/.well-known/oauth-protected-resource/mcp/"},
      {"http://localhost:4483/mcp/github", "http://localhost:4483/.well-known/oauth-protected-resource/mcp/github"},
      {"https://mcp.example/mcp?k=v", "https://mcp.example/.well-known/oauth-protected-resource/mcp?k=v"},
  };
  for (const auto& [resource, url] : cases) {
    const auto made = ProtectedResource::make({.resource = resource, .issuer = "https://as.example", .scopes = {}});
    REQUIRE(made.has_value());
    CHECK(made->metadata_url() == url);
  }
  for (const char* resource : {"", "mcp", "urn:x", "https://mcp.example/#f", "ftp://x"}) {
    INFO(resource);
    CHECK_FALSE(ProtectedResource::make({.resource = resource, .issuer = "https://as.example", .scopes = {}}).has_value());
  }
}

TEST_CASE("protected resource: the whole document", "[identity]") {
  const auto made = ProtectedResource::make({.resource = "https://mcp.example/mcp", .issuer = "https://as.example", .scopes = {"openid", "profile"}});
  CHECK(
      made->document() ==
      R"({"resource":"https://mcp.example/mcp","authorization_servers":["https://as.example"],"bearer_methods_supported":["header"],"scopes_supported":["openid","profile"]})");
  const auto bare = ProtectedResource::make({.resource = "https://mcp.example/", .issuer = "https://as.example/", .scopes = {}});
  CHECK(bare->document() == R"({"resource":"https://mcp.example/","authorization_servers":["https://as.example/"],"bearer_methods_supported":["header"]})");
}

TEST_CASE("protected resource: GET, HEAD and preflights from any origin", "[identity]") {
  const auto answer = [](const char* method) {
    return identity::protected_resource_response({.method = method, .path = "/x", .query = {}, .headers = {}, .body = {}, .peer_address = {}}, "{}");
  };
  CHECK(answer("GET").status == 200);
  CHECK(answer("GET").body == "{}");
  CHECK(*answer("GET").headers.get("content-type") == "application/json");
  CHECK(*answer("GET").headers.get("access-control-allow-origin") == "*");
  CHECK(answer("HEAD").body.empty());
  CHECK(answer("OPTIONS").status == 204);
  CHECK(*answer("OPTIONS").headers.get("access-control-allow-headers") == "mcp-protocol-version, Content-Type, Authorization");
  CHECK(*answer("OPTIONS").headers.get("access-control-allow-methods") == "GET, OPTIONS");
  CHECK(answer("POST").status == 405);
  CHECK(*answer("POST").headers.get("allow") == "GET, HEAD, OPTIONS");
}
