#include "core/base/url.hpp"

#include "tests/support/catch.hpp"

using namespace vmcpauth;

TEST_CASE("url: parts") {
  const auto url = Url::parse("HTTPS://Idp.Example.com:8443/a%20b/c?x=1&y=2#f");
  REQUIRE(url);
  CHECK(url->scheme() == "https");
  CHECK(url->host() == "idp.example.com");
  CHECK(url->port() == 8443);
  CHECK(url->path() == "/a%20b/c");
  CHECK(url->query() == "x=1&y=2");
  CHECK(url->has_fragment());
  CHECK(url->origin() == "https://idp.example.com:8443");
  CHECK(url->target() == "/a%20b/c?x=1&y=2");
  CHECK(url->text() == "HTTPS://Idp.Example.com:8443/a%20b/c?x=1&y=2#f");
  CHECK(Url::parse("http://[::1]:80")->origin() == "http://[::1]");
  CHECK(Url::parse("http://[::1]:80")->is_loopback());
  CHECK(Url::parse("http://x")->target() == "/");
}

TEST_CASE("url: refuses") {
  for (const char* text : {"", "x", "/a", "//host/a", "ftp://a", "javascript:alert(1)", "http://", "http:///a", "http://u@h/", "http://u:p@h/", "http://h:0/",
                           "http://h:99999/", "http://a b/", "http://h/\n", "http://h/ x", "http://h%0a/", "http://h%2eevil/", "https:h", "http://[v1.x]/"}) {
    CAPTURE(text);
    CHECK_FALSE(Url::parse(text));
  }
  CHECK_FALSE(Url::parse("http://h/" + std::string(5000, 'a')));
}

TEST_CASE("url: a name that begins like an address is never taken for that address") {
  for (const char* text : {"http://127.0.0.1.evil.example", "http://127.0.0.1.evil.example:80/x", "http://127.0.0.1evil.example/",
                           "http://127.0.0.1-x.example/", "http://127.0.0.1_x/", "http://127.0.0.1:80.evil.example/", "http://[::1].evil.example/",
                           "http://[::1]evil/", "http://127.0.0.1.5/", "http://127.0.0.1./", "http://10.0.0.1%2e/"}) {
    CAPTURE(text);
    const auto url = Url::parse(text);
    CHECK((!url || (url->host() != "127.0.0.1" && url->host() != "::1" && url->host() != "10.0.0.1" && !url->is_loopback())));
  }
  CHECK(Url::parse("http://127.0.0.1?x")->target() == "/?x");
  CHECK(Url::parse("http://[::1]#f")->is_loopback());
}

TEST_CASE("url: loopback is exact") {
  for (const char* host : {"127.0.0.1", "127.255.0.9", "::1", "localhost"}) CHECK(is_loopback_host(host));
  for (const char* host : {"127.0.0.1.evil.com", "localhost.evil.com", "127.1", "127.0.0.256", "128.0.0.1", "127.", "127.0.0.", "127.0.0.1.", "::2", ""}) {
    CAPTURE(host);
    CHECK_FALSE(is_loopback_host(host));
  }
}

TEST_CASE("url: appends a query beside what is there") {
  CHECK(append_query("https://a/b", {{"c", "d e"}}) == "https://a/b?c=d+e");
  CHECK(append_query("https://a/b?x=1", {{"c", "d"}}) == "https://a/b?x=1&c=d");
  CHECK(append_query("https://a/b?", {{"c", "d"}}) == "https://a/b?c=d");
  CHECK(append_query("cursor://cb#f", {{"c", "d"}}) == "cursor://cb?c=d#f");
  CHECK(append_query("https://a", {}) == "https://a");
}
