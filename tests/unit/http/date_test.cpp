#include "core/http/date.hpp"

#include "tests/support/catch.hpp"

using namespace vmcpauth;

TEST_CASE("http date: the one form that is sent today") {
  CHECK(http::parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT") == from_unix_seconds(784'111'777));
  CHECK(http::parse_http_date("Thu, 01 Jan 1970 00:00:00 GMT") == from_unix_seconds(0));
  for (const auto* text :
       {"", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 31 Feb 1994 08:49:37 GMT",
        "Sun, 06 Foo 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov 19x4 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT "}) {
    CAPTURE(text);
    CHECK_FALSE(http::parse_http_date(text).has_value());
  }
}
