#include "core/base/encoding.hpp"

#include "tests/support/catch.hpp"

using namespace vmcpauth;

TEST_CASE("base64url: round trip of every length") {
  std::string bytes;
  for (int i = 0; i < 70; ++i) {
    CHECK(*base64url_decode(base64url_encode(bytes)) == bytes);
    CHECK(*base64_decode(base64_encode(bytes)) == bytes);
    bytes += static_cast<char>(i * 37 + 200);
  }
}

TEST_CASE("base64url: refuses padding, foreign characters and loose trailing bits") {
  for (const char* text : {"QQ==", "Q", "QR", "Q Q", "QQ\n", "Q+A", "Q/A", "QUJDR", "QUI=", "YW-k$"}) {
    CAPTURE(text);
    CHECK_FALSE(base64url_decode(text));
  }
  for (const char* text : {"QQ", "QQ=", "QR==", "=", "====", "QUJD====", "Q-A="}) {
    CAPTURE(text);
    CHECK_FALSE(base64_decode(text));
  }
}

TEST_CASE("form: decodes and keeps order and duplicates") {
  const auto fields = form_decode("a=1&b=x+y%20z&a=2&&c&d=%C3%A9");
  REQUIRE(fields);
  CHECK(*fields == FormFields{{"a", "1"}, {"b", "x y z"}, {"a", "2"}, {"c", ""}, {"d", "é"}});
  CHECK(form_encode({{"a b", "c&d=é~"}}) == "a+b=c%26d%3D%C3%A9%7E");
}

TEST_CASE("form: refuses broken escapes, NUL and too many fields") {
  for (const char* text : {"a=%", "a=%4", "a=%zz", "a=%00", "%"}) {
    CAPTURE(text);
    CHECK_FALSE(form_decode(text));
  }
  CHECK_FALSE(form_decode(std::string_view("a=b\0c", 5)));
  CHECK_FALSE(percent_decode(std::string_view("a\0b", 3)));
  CHECK(form_decode("a&b&c", 3));
  CHECK(form_decode("a&b&c", 2).error().code() == ErrorCode::TooLarge);
}

TEST_CASE("percent: encodes all but unreserved") { CHECK(percent_encode("a-._~/ ü") == "a-._~%2F%20%C3%BC"); }

TEST_CASE("html: the five characters are escaped") { CHECK(html_escape("<a href=\"x\">&'") == "&lt;a href=&quot;x&quot;&gt;&amp;&#39;"); }

TEST_CASE("printable: steers no terminal") {
  CHECK(printable("ok é") == "ok é");
  CHECK(printable("a\x1b[31mb\n") == "a\xEF\xBF\xBD[31mb\xEF\xBF\xBD");
  CHECK(printable("\xC2\x9B") == "\xEF\xBF\xBD");
  // Overrides, isolates and marks of direction, and line separators.
  for (const auto* turned : {"\xE2\x80\xAE", "\xE2\x80\xAA", "\xE2\x81\xA6", "\xE2\x81\xA9", "\xE2\x80\x8F", "\xE2\x80\xA8", "\xD8\x9C"}) {
    CHECK(printable(turned) == "\xEF\xBF\xBD");
  }
  for (const auto* fine : {"\xE2\x80\xA6", "\xE2\x9C\x93", "\xD8\xA7", "\xE2\x80\xAF"}) CHECK(printable(fine) == fine);
  CHECK(printable("\xff\xfe") == "\xEF\xBF\xBD\xEF\xBF\xBD");
  CHECK(printable("abcdef", 3) == "abc…");
}

TEST_CASE("utf8: no surrogates, no overlongs, no truncation") {
  CHECK(is_valid_utf8("aé€😀"));
  for (const char* text : {"\xC0\xAF", "\xED\xA0\x80", "\xF5\x80\x80\x80", "\xE2\x82", "\x80", "\xF0\x80\x80\x80"}) CHECK_FALSE(is_valid_utf8(text));
}
