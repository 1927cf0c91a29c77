#include "core/base/encoding.hpp"
#include "core/crypto/digest.hpp"
#include "core/oauth/signed_in_page.hpp"
#include "tests/support/catch.hpp"

using namespace vmcpauth;
using namespace vmcpauth::oauth;

namespace {

const TimePoint kNow = from_unix_seconds(1'800'000'000);
bool has(const http::Response& page, std::string_view text) { return page.body.find(text) != std::string::npos; }

}  // namespace

TEST_CASE("page: the policy allows the style sheet and nothing else") {
  const auto page = page_response(200, {.title = "T", .badge = "é", .body_html = "<h1>x</h1>"});
  const auto start = page.body.find("<style>") + 7;
  const auto style = page.body.substr(start, page.body.find("</style>") - start);
  CHECK(page.headers.get("Content-Security-Policy") ==
        "default-src 'none'; style-src 'sha256-" + base64_encode(crypto::sha256(style)) + "'; base-uri 'none'; frame-ancestors 'none'");
  CHECK(page.headers.get("Cache-Control") == "no-store");
  CHECK(page.headers.get("Referrer-Policy") == "no-referrer");
  CHECK(style.find("prefers-color-scheme:dark") != std::string::npos);
  CHECK(style.find("url(") == std::string::npos);
}

TEST_CASE("page: expiry for people and for machines") {
  CHECK(expiry_html(std::nullopt, kNow) == "no expiry known");
  CHECK(expiry_html(kNow + Seconds(3599), kNow) == "<time datetime=\"2027-01-15T08:59:59Z\">expires in 59m 59s</time>");
  CHECK(expiry_html(kNow, kNow) == "<time datetime=\"2027-01-15T08:00:00Z\">expired</time>");
  CHECK(expiry_html(kNow - Seconds(1), kNow) == "<time datetime=\"2027-01-15T07:59:59Z\">expired</time>");
}

TEST_CASE("signed-in page: providers, scopes and expiry, with everything foreign escaped") {
  const auto page = signed_in_page({.server = "https://mcp.test/<mcp>",
                                    .issuer = "https://as.test",
                                    .scopes = {"openid"},
                                    .expires_at = kNow + Seconds(60),
                                    .renewable = true,
                                    .providers = {{"git<b>hub", {"repo", "\"quoted\""}, kNow + Seconds(120)}, {"slack", {}, std::nullopt}},
                                    .probe = "tools/list answered with 3 tools"},
                                   kNow);
  CHECK(page.status == 200);
  for (const auto* text : {"https://mcp.test/&lt;mcp&gt;", "git&lt;b&gt;hub", "repo", "&quot;quoted&quot;", "expires in 2m", "no expiry known",
                           "expires in 1m</time> and renewed by itself", "3 tools", "https://as.test"}) {
    INFO(text);
    CHECK(has(page, text));
  }
  const auto failed = not_signed_in_page("https://mcp.test", "the provider said <no>");
  CHECK(failed.status == 400);
  CHECK(has(failed, "the provider said &lt;no&gt;"));
}
