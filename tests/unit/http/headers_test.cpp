#include "core/http/headers.hpp"

#include "core/http/message.hpp"
#include "tests/support/catch.hpp"

using namespace vmcpauth::http;

TEST_CASE("headers: names ignore case, order is kept") {
  Headers h{{"A", "1"}, {"b", "2"}, {"a", "3"}};
  CHECK(h.get("a") == "1");
  CHECK(h.count("A") == 2);
  h.set("a", "9");
  CHECK(h.count("a") == 1);
  CHECK(h.get("A") == "9");
  h.remove("B");
  CHECK_FALSE(h.contains("b"));
}

TEST_CASE("headers: what Connection names goes too") {
  Headers h{{"Connection", "close, X-Secret-Hop"}, {"x-secret-hop", "1"}, {"Keep-Alive", "5"}, {"TE", "trailers"}, {"X-Ok", "1"}};
  remove_hop_by_hop(h);
  CHECK(h.size() == 1);
  CHECK(h.contains("x-ok"));
}

TEST_CASE("headers: a value cannot make another line") {
  CHECK(is_header_value("Bearer x"));
  for (const std::string& value : std::vector<std::string>{"a\r\nb", "a\nb", "a\rb", " a", "a ", "a\x01", std::string("a\0b", 3).c_str() + std::string("\x7f")})
    CHECK_FALSE(is_header_value(value));
  CHECK(is_header_name("X-Api_Key"));
  for (const char* name : {"", "a b", "a:", "a\n", "ä"}) CHECK_FALSE(is_header_name(name));
}

TEST_CASE("headers: policy") {
  for (const char* name : {"Authorization", "COOKIE", "X-Forwarded-For", "x-forwarded-anything", "Host", "Proxy-Authorization", "Forwarded"})
    CHECK(is_reserved_request_header(name));
  for (const char* name : {"Mcp-Session-Id", "MCP-Protocol-Version", "Accept", "X-Tenant"}) {
    CHECK_FALSE(is_reserved_request_header(name));
    CHECK(is_passthrough_allowed(name));
  }
  for (const char* name : {"Connection", "transfer-encoding", "content-length", "cookie", "bad name", ""}) CHECK_FALSE(is_passthrough_allowed(name));
}

TEST_CASE("request: a parameter given twice is refused") {
  Request request;
  request.query = "a=1&b=2&a=3";
  CHECK_FALSE(request.query_parameter("a"));
  CHECK(*request.query_parameter("b") == std::optional<std::string>("2"));
  CHECK(*request.query_parameter("c") == std::optional<std::string>());
}
