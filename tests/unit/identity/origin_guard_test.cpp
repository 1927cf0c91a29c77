#include "core/identity/origin_guard.hpp"

#include "tests/support/catch.hpp"

using namespace vmcpauth;
using identity::OriginGuard;

namespace {
const OriginGuard guard({.allow_loopback = true, .hosts = {"mcp.example"}, .origins = {"https://mcp.example"}});

ErrorCode refusal(const http::Headers& headers) {
  const auto result = guard.check(headers);
  REQUIRE_FALSE(result.has_value());
  return result.error().code();
}
}  // namespace

TEST_CASE("origin guard: hosts that are ours", "[identity]") {
  for (const char* host :
       {"localhost", "localhost:4483", "LOCALHOST:4483", "127.0.0.1:1", "127.8.9.1", "[::1]", "[::1]:4483", "mcp.example", "MCP.example:443"}) {
    INFO(host);
    CHECK(guard.check({{"Host", host}}).has_value());
  }
}

TEST_CASE("origin guard: hosts a rebound name brings are refused", "[identity]") {
  for (const char* host : {"evil.example",
                           "evil.example:4483",
                           "localhost.evil.example",
                           "127.0.0.1.evil.example",
                           "evil-localhost",
                           "localhost@evil.example",
                           "evil.example#localhost",
                           "evil.example/localhost",
                           "localhost\\.evil.example",
                           "0.0.0.0",
                           "10.0.0.1",
                           "[::]",
                           "[::ffff:10.0.0.1]",
                           "localhost evil.example",
                           "localhost:99999",
                           "localhost:x",
                           "",
                           "xn--lcalhost-54a",
                           "2130706433",
                           "0x7f000001",
                           "localhost%2eevil",
                           "[::1",
                           "sub.mcp.example"}) {
    INFO(host);
    CHECK(refusal({{"Host", host}}) == ErrorCode::Forbidden);
  }
}

TEST_CASE("origin guard: a request needs exactly one Host", "[identity]") {
  CHECK(refusal({}) == ErrorCode::InvalidInput);
  CHECK(refusal({{"Host", "localhost"}, {"host", "localhost"}}) == ErrorCode::InvalidInput);
}

TEST_CASE("origin guard: for public documents the host alone decides", "[identity]") {
  const http::Headers stranger{{"Host", "mcp.example"}, {"Origin", "https://stranger.example"}};
  CHECK(guard.check_host(stranger));
  CHECK(guard.check(stranger).error().code() == ErrorCode::Forbidden);
  CHECK(guard.check_host({{"Host", "rebound.example"}}).error().code() == ErrorCode::Forbidden);
  CHECK(guard.check_host({{"Host", "localhost"}, {"Host", "localhost"}}).error().code() == ErrorCode::InvalidInput);
  CHECK(guard.check_host({}).error().code() == ErrorCode::InvalidInput);
}

TEST_CASE("origin guard: origins we know", "[identity]") {
  CHECK(guard.check({{"Host", "localhost"}}).has_value());  // no browser, no Origin
  for (const char* origin : {"http://localhost:6274", "http://127.0.0.1:1234", "http://[::1]:8080", "https://localhost", "https://mcp.example"}) {
    INFO(origin);
    CHECK(guard.check({{"Host", "localhost"}, {"Origin", origin}}).has_value());
  }
}

TEST_CASE("origin guard: strangers' pages are refused", "[identity]") {
  for (const char* origin :
       {"https://evil.example", "null", "", "http://mcp.example", "https://mcp.example:8443", "https://mcp.example/", "https://MCP.example",
        "http://localhost.evil.example", "http://localhost:1@evil.example", "http://localhost/", "http://localhost?x", "http://localhost#f", "localhost",
        "file://", "chrome-extension://abcdef", "http://localhost, http://evil.example", "http://0.0.0.0"}) {
    INFO(origin);
    CHECK(refusal({{"Host", "localhost"}, {"Origin", origin}}) == ErrorCode::Forbidden);
  }
  CHECK(refusal({{"Host", "localhost"}, {"Origin", "http://localhost"}, {"Origin", "http://localhost"}}) == ErrorCode::Forbidden);
}

TEST_CASE("origin guard: without the loopback rule only what is named counts", "[identity]") {
  const OriginGuard strict({.allow_loopback = false, .hosts = {"mcp.example"}, .origins = {"https://mcp.example"}});
  CHECK(strict.check({{"Host", "mcp.example"}, {"Origin", "https://mcp.example"}}).has_value());
  CHECK_FALSE(strict.check({{"Host", "localhost"}}).has_value());
  CHECK_FALSE(strict.check({{"Host", "mcp.example"}, {"Origin", "http://localhost"}}).has_value());
}
