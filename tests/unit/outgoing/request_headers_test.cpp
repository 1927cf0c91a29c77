#include "core/outgoing/request_headers.hpp"

#include "tests/support/catch.hpp"

using namespace vmcpauth;
using outgoing::Passthrough;
using outgoing::request_headers;

namespace {

std::string text(const http::Headers& headers) {
  std::string out;
  for (const auto& header : headers) out += header.name + ": " + header.value + "\n";
  return out;
}

}  // namespace

TEST_CASE("request headers: content, MCP and tracing fields pass as they are, in order") {
  const http::Headers client{{"Content-Type", "application/json"},
                             {"Accept", "application/json"},
                             {"accept", "text/event-stream"},
                             {"Mcp-Session-Id", "s-1"},
                             {"MCP-Protocol-Version", "2026-07-28"},
                             {"Mcp-Method", "tools/call"},
                             {"Mcp-Name", "=?base64?x?="},
                             {"mcp-param-region", "eu"},
                             {"Last-Event-ID", "7"},
                             {"User-Agent", "client/1"},
                             {"traceparent", "00-1-2-01"}};
  CHECK(text(request_headers(client, {})) == text(client));
}

TEST_CASE("request headers: credentials, proxy fields, framing and whatever is not listed stay here") {
  const http::Headers client{{"Authorization", "Bearer client"},
                             {"authorization", "again"},
                             {"Cookie", "a=b"},
                             {"Proxy-Authorization", "x"},
                             {"Host", "vmcp"},
                             {"X-Api-Key", "k"},
                             {"X-Forwarded-For", "1.2.3.4"},
                             {"Forwarded", "for=x"},
                             {"X-Real-IP", "1.2.3.4"},
                             {"Connection", "keep-alive"},
                             {"Keep-Alive", "5"},
                             {"TE", "trailers"},
                             {"Transfer-Encoding", "chunked"},
                             {"Content-Length", "5"},
                             {"Upgrade", "h2c"},
                             {"Origin", "https://evil"},
                             {"Mcp-", "x"},
                             {"Referer", "https://x"}};
  CHECK(text(request_headers(client, {})).empty());
}

TEST_CASE("request headers: what Connection names does not pass") {
  const http::Headers client{{"Connection", "close , mcp-session-id,X-Tenant"},
                             {"Mcp-Session-Id", "s-1"},
                             {"X-Tenant", "t"},
                             {"Accept", "a"},
                             {"connection", "Last-Event-ID"},
                             {"Last-Event-ID", "7"}};
  CHECK(text(request_headers(client, Passthrough::make({"X-Tenant"}).value())) == "Accept: a\n");
}

TEST_CASE("request headers: passthroughHeaders pass") {
  const auto passthrough = Passthrough::make({"X-Tenant", "x-api-key"}).value();
  const http::Headers client{{"x-tenant", "a"}, {"X-Tenant", "b"}, {"X-Api-Key", "the client's"}, {"X-Other", "c"}, {"Accept", "x"}};
  CHECK(text(request_headers(client, passthrough)) == "x-tenant: a\nX-Tenant: b\nX-Api-Key: the client's\nAccept: x\n");
}

TEST_CASE("passthrough: fields that never reach a backend are refused") {
  for (const char* name : {"Authorization", "cookie", "Host", "Connection", "Transfer-Encoding", "X-Forwarded-Proto", "Forwarded", "Proxy-Authorization",
                           "Content-Length", "", "X A", "X:A", "X\r\n"}) {
    INFO(name);
    const auto made = Passthrough::make({"X-Fine", name});
    REQUIRE_FALSE(made);
    CHECK(made.error().code() == ErrorCode::InvalidConfig);
  }
  const auto fine = Passthrough::make({"X-Fine", "x-fine", "X-Tenant"});
  REQUIRE(fine);
  CHECK(fine->contains("X-FINE"));
  CHECK_FALSE(fine->contains("X-Fin"));
  CHECK_FALSE(Passthrough().contains(""));
}
