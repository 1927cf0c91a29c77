#include "core/upstream/redaction.hpp"

#include "tests/support/catch.hpp"

using vmcpauth::upstream::redact;

TEST_CASE("redact: what was sent in confidence goes, in either form") {
  const std::vector<std::string_view> secrets{"c0de", "s p&cret", "abc", "c0de-longer"};
  CHECK(redact("code c0de was used", secrets) == "code [redacted] was used");
  CHECK(redact("code=c0de-longer&x", secrets) == "code=[redacted]&x");
  CHECK(redact("secret s+p%26cret and s p&cret", secrets) == "secret [redacted] and [redacted]");
  // Too short to be a secret: replacing it would only mangle words.
  CHECK(redact("abc", secrets) == "abc");
  CHECK(redact("c0dec0de", {"c0de"}) == "[redacted][redacted]");
}

TEST_CASE("redact: token-like words go, helpful ones stay") {
  struct Case {
    const char* text;
    const char* want;
  };
  const std::vector<Case> cases{
      {"token eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIiwiaWF0IjoxfQ.c2lnbmF0dXJlMTIz is bad", "token [redacted] is bad"},
      {"gho_16C7e42F292c6912E7710c838347Ae178B4a", "[redacted]"},
      {"xoxb-1234567890-abcdefABCDEF", "[redacted]"},
      {"the refresh_token=abc was sent", "the refresh_token=[redacted] was sent"},
      {"AADSTS50011: The redirect URI does not match. Trace ID: 6b7a2f3c-5a5b-4d4e-8f00-0123456789ab",
       "AADSTS50011: The redirect URI does not match. Trace ID: 6b7a2f3c-5a5b-4d4e-8f00-0123456789ab"},
      {"unsupported content type application/x-www-form-urlencoded", "unsupported content type application/x-www-form-urlencoded"},
      {"Timestamp: 2026-08-21 10:11:12Z", "Timestamp: 2026-08-21 10:11:12Z"},
      {"see https://idp.example.com/help?code=xyz&state=1#frag.", "see https://idp.example.com/help?[redacted]"},
      {"see (https://idp.example.com/help#a) now", "see (https://idp.example.com/help?[redacted]) now"},
      {"", ""},
  };
  for (const auto& c : cases) CHECK(redact(c.text, {}) == c.want);
}

TEST_CASE("redact: nothing can steer a terminal or grow without bound") {
  CHECK(redact("a\x1b[2Jb\r\nc", {}).find('\x1b') == std::string::npos);
  CHECK(redact("a\r\nb", {}).find('\n') == std::string::npos);
  CHECK(redact(std::string(100'000, 'a') + " " + std::string(100'000, 'b'), {}).size() < 400);
  std::string words;
  for (int i = 0; i < 10'000; ++i) words += "word ";
  CHECK(redact(words, {}).size() <= 304);
  CHECK(redact("\xff\xfe", {}) == "\xEF\xBF\xBD\xEF\xBF\xBD");
}
