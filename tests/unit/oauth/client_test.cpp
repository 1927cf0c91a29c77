#include "core/oauth/client_id_document.hpp"
#include "core/oauth/client_metadata.hpp"
#include "core/oauth/error.hpp"
#include "core/oauth/redirect_uri.hpp"
#include "tests/support/catch.hpp"

using namespace vmcpauth;
using namespace vmcpauth::oauth;

TEST_CASE("redirect URIs: what may be registered") {
  for (const std::string good :
       {"https://app.example/cb", "https://app.example", "https://app.example:8443/cb?x=1", "http://127.0.0.1/cb", "http://127.0.0.1:7777/cb",
        "http://[::1]:1/cb", "http://localhost/cb", "http://127.8.9.1/cb", "https://localhost/cb", "HTTPS://app.example/cb"}) {
    INFO(good);
    CHECK(check_redirect_uri(good, RedirectSchemes::WebAndLoopback).has_value());
    CHECK(check_redirect_uri(good, RedirectSchemes::PrivateUseToo).has_value());
  }
  for (const std::string native : {"cursor://anysphere.cursor-mcp/oauth/callback", "vscode://vscode.github-authentication/did-authenticate",
                                   "com.example.app:/oauth2redirect", "com.example.app:cb"}) {
    INFO(native);
    CHECK_FALSE(check_redirect_uri(native, RedirectSchemes::WebAndLoopback).has_value());
    CHECK(check_redirect_uri(native, RedirectSchemes::PrivateUseToo).has_value());
  }
  for (const std::string bad : {"",
                                "/cb",
                                "app.example/cb",
                                "//app.example/cb",
                                "https:",
                                "https://",
                                "https:///cb",
                                "http://app.example/cb",
                                "http://10.0.0.1/cb",
                                "http://localhost.evil.example/cb",
                                "http://127.0.0.1.evil.example/cb",
                                "https://app.example/cb#",
                                "https://app.example/cb#x",
                                "https://user:pw@app.example/cb",
                                "https://app.example\\@evil.example/cb",
                                "https://app.example/c b",
                                "https://app.example/\r\nX: y",
                                "javascript:alert(1)",
                                "JavaScript:alert(1)",
                                "java\tscript:alert(1)",
                                "data:text/html,x",
                                "vbscript:x",
                                "file:///etc/passwd",
                                "blob:https://x/y",
                                "about:blank",
                                "view-source:https://x/",
                                "ftp://x/y",
                                "ws://x/y",
                                "mailto:a@b.c",
                                "intent://x#Intent;end",
                                "cursor:",
                                "cursor://",
                                "cursor:/",
                                "cursor://x/y#f",
                                "cursor://u@x/y",
                                "cursor://x/\"onload",
                                "cursor://x/<script>",
                                "1cursor://x/y",
                                "c:\\windows",
                                ":x",
                                "cursor://x/%zz",
                                "cursor://x/%00"}) {
    INFO(bad);
    const auto result = check_redirect_uri(bad, RedirectSchemes::PrivateUseToo);
    REQUIRE_FALSE(result.has_value());
    CHECK(oauth_code(result.error()) == "invalid_redirect_uri");
  }
  CHECK_FALSE(check_redirect_uri("https://app.example/" + std::string(2048, 'x'), RedirectSchemes::PrivateUseToo).has_value());
}

TEST_CASE("redirect URIs: what matches") {
  struct Case {
    const char* registered;
    const char* requested;
    bool exact, any_port;
  };
  const std::vector<Case> cases{
      {"https://a.example/cb", "https://a.example/cb", true, true},
      {"https://a.example/cb", "https://a.example/cb/", false, false},
      {"https://a.example/cb", "https://a.example:443/cb", false, false},
      {"https://a.example/cb", "https://A.example/cb", false, false},
      {"https://a.example/cb?x=1", "https://a.example/cb", false, false},
      {"https://localhost/cb", "https://localhost:1/cb", false, false},
      {"http://localhost/cb", "http://localhost:1/cb", false, true},
      {"http://localhost:2/cb", "http://localhost:1/cb", false, true},
      {"http://localhost/cb", "http://LOCALHOST:1/cb", false, true},
      {"http://127.0.0.1/cb", "http://127.0.0.1:65535/cb", false, true},
      {"http://[::1]/cb", "http://[::1]:1/cb", false, true},
      {"http://127.0.0.1/cb", "http://localhost:1/cb", false, false},
      {"http://127.0.0.1/cb", "http://127.0.0.2:1/cb", false, false},
      {"http://127.0.0.1/cb", "http://127.0.0.1:1/CB", false, false},
      {"http://127.0.0.1/cb", "http://127.0.0.1:1/cb?", false, false},
      {"http://127.0.0.1/cb?", "http://127.0.0.1:1/cb?", false, true},
      {"http://127.0.0.1/cb", "http://127.0.0.1:1/cb#f", false, false},
      {"http://127.0.0.1/cb", "http://u@127.0.0.1:1/cb", false, false},
      {"http://127.0.0.1/cb", "http://127.0.0.1:1@evil.example/cb", false, false},
      {"http://127.0.0.1/a%2Fb", "http://127.0.0.1:1/a/b", false, false},
      {"http://127.0.0.1/cb", "https://127.0.0.1:1/cb", false, false},
      {"http://127.0.0.1/cb", "http://127.0.0.1:0/cb", false, false},
      {"http://127.0.0.1/cb", "http://127.0.0.1:99999/cb", false, false},
      {"cursor://x/cb", "cursor://x/cb", true, true},
      {"cursor://x/cb", "cursor://x:1/cb", false, false},
  };
  for (const auto& c : cases) {
    INFO(c.registered << " against " << c.requested);
    CHECK(is_registered_redirect({"https://other.example/", c.registered}, c.requested, false) == c.exact);
    CHECK(is_registered_redirect({"https://other.example/", c.registered}, c.requested, true) == c.any_port);
  }
  CHECK_FALSE(is_registered_redirect({}, "", true));
}

TEST_CASE("client metadata: duplicates in lists collapse, long lists and entries are refused") {
  Json object{{"redirect_uris", {"https://a.example/cb"}}, {"grant_types", {"authorization_code", "authorization_code"}}};
  CHECK(parse_client_metadata(object)->grant_types.size() == 1);
  object["grant_types"] = std::vector<std::string>(21, "x");
  CHECK_FALSE(parse_client_metadata(object).has_value());
  object["grant_types"] = {std::string(300, 'x')};
  CHECK_FALSE(parse_client_metadata(object).has_value());
  CHECK_FALSE(parse_client_metadata(Json::array()).has_value());
  CHECK_FALSE(parse_client_metadata(Json(5)).has_value());
}

TEST_CASE("client documents: URL rules") {
  CHECK(parse_document_url("https://a.example/c.json", LoopbackDocuments::Refused).has_value());
  CHECK(parse_document_url("https://a.example:8443/c?v=1", LoopbackDocuments::Refused).has_value());
  CHECK(parse_document_url("http://localhost:1/c", LoopbackDocuments::Allowed).has_value());
  for (const std::string bad : {"https://a.example", "https://a.example/", "https://a.example/a/./b", "https://a.example/..", "https://a.example/%2E%2E/b",
                                "https://a.example/a#", "https://u@a.example/c", "http://a.example/c"}) {
    INFO(bad);
    CHECK_FALSE(parse_document_url(bad, LoopbackDocuments::Refused).has_value());
    CHECK_FALSE(parse_document_url(bad, LoopbackDocuments::Allowed).has_value());
  }
  CHECK_FALSE(parse_document_url("http://localhost:1/c", LoopbackDocuments::Refused).has_value());
  CHECK(is_document_client_id("HTTPS://a"));
  CHECK_FALSE(is_document_client_id("0a1b"));
}

TEST_CASE("client documents: at most 10 KB") {
  const std::string url = "https://a.example/c";
  const RegistrationPolicy policy{{"openid", "profile", "email", "offline_access"}, {}, false, {}};
  Json document{{"client_id", url}, {"client_name", "A"}, {"redirect_uris", {"https://a.example/cb"}}};
  CHECK(read_client_document(document.dump(), url, policy).has_value());
  document["padding"] = std::string(10 * 1024, 'x');
  CHECK_FALSE(read_client_document(document.dump(), url, policy).has_value());
}
