#include "core/client/protected_resource.hpp"

#include "tests/support/catch.hpp"

using namespace vmcpauth;

TEST_CASE("protected resource: the document is read with everything a login needs") {
  const auto read = client::parse_protected_resource(
      R"({"resource":"https://a.test/mcp","authorization_servers":["https://as.test"],"scopes_supported":["x","y"],"dpop_bound_access_tokens_required":true,"extra":1})");
  REQUIRE(read);
  CHECK(read->resource == "https://a.test/mcp");
  CHECK(read->authorization_servers == std::vector<std::string>{"https://as.test"});
  CHECK(read->scopes_supported == oauth::Scopes{"x", "y"});
  CHECK(read->dpop_bound_access_tokens_required);
}

TEST_CASE("protected resource: unusable documents are refused") {
  const char* cases[] = {
      "",
      "<html>",
      "[]",
      "{}",
      R"({"resource":"https://a.test"})",
      R"({"resource":"https://a.test","authorization_servers":[]})",
      R"({"resource":"https://a.test","authorization_servers":"https://as.test"})",
      R"({"resource":"https://a.test","authorization_servers":[1]})",
      R"({"resource":1,"authorization_servers":["https://as.test"]})",
      R"({"resource":"a.test","authorization_servers":["https://as.test"]})",
      R"({"resource":"https://a.test#f","authorization_servers":["https://as.test"]})",
      R"({"resource":"https://a.test","resource":"https://b.test","authorization_servers":["https://as.test"]})",
      R"({"resource":"https://a.test","authorization_servers":["https://as.test"],"scopes_supported":"x"})",
      R"({"resource":"https://a.test","authorization_servers":["https://as.test"],"dpop_bound_access_tokens_required":"yes"})",
  };
  for (const auto* text : cases) {
    INFO(text);
    CHECK(client::parse_protected_resource(text).error().code() == ErrorCode::BadResponse);
  }
}

TEST_CASE("protected resource: the well-known URLs come path first") {
  const auto texts = [](const char* server) {
    std::string out;
    const auto urls = client::resource_metadata_urls(*Url::parse(server));
    for (const auto& url : *urls) out += url.text() + " ";
    return out;
  };
  CHECK(texts("https://a.test/mcp?x=1") == "https://a.test/.well-known/oauth-protected-resource/mcp https://a.test/.well-known/oauth-protected-resource ");
  CHECK(texts("https://a.test/a/b/") == "https://a.test/.well-known/oauth-protected-resource/a/b https://a.test/.well-known/oauth-protected-resource ");
  CHECK(texts("https://a.test:8443/") == "https://a.test:8443/.well-known/oauth-protected-resource ");
}

TEST_CASE("protected resource: only a document about the server itself counts") {
  struct Case {
    const char* resource;
    bool good;
  };
  const Case cases[] = {
      {"https://a.test/mcp", true},
      {"https://a.test/mcp/", true},
      {"https://a.test", true},
      {"https://a.test/", true},
      {"https://A.test/mcp", true},
      {"https://a.test:443/mcp", true},
      {"https://a.test/mcp/sub", false},
      {"https://a.test/mc", false},
      {"https://evil.test/mcp", false},
      {"http://a.test/mcp", false},
      {"https://a.test:8443/mcp", false},
      {"https://a.test.evil/mcp", false},
      {"urn:a", false},
      {"", false},
  };
  for (const auto& c : cases) {
    INFO(c.resource);
    CHECK(client::check_resource(c.resource, *Url::parse("https://a.test/mcp")).has_value() == c.good);
  }
}
