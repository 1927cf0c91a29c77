#include "core/base/duration.hpp"

#include "tests/support/catch.hpp"

using namespace vmcpauth;
using namespace std::chrono_literals;

TEST_CASE("duration: reads what Go's time.ParseDuration reads") {
  struct Case {
    const char* text;
    Nanoseconds want;
  };
  for (const auto& c : {Case{"0", 0ns}, Case{"1h30m", 90min}, Case{"168h", 168h}, Case{"500ms", 500ms}, Case{"1.5h", 90min}, Case{"-2s", -2s},
                        Case{".5s", 500ms}, Case{"1us", 1us}, Case{"1µs", 1us}, Case{"+3m", 3min}, Case{"1h1m1s1ms1us1ns", 1h + 1min + 1s + 1ms + 1us + 1ns}}) {
    CAPTURE(c.text);
    const auto got = parse_go_duration(c.text);
    REQUIRE(got);
    CHECK(*got == c.want);
  }
}

TEST_CASE("duration: refuses what Go refuses") {
  for (const char* text : {"", "1", "1d", "h", "1 h", "--1s", "1h-30m", "s1", "1w", ".s", "1.2.3s", "999999999999h", "1H", "1h ", "\xff"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_go_duration(text));
  }
}

TEST_CASE("duration: two units for people") {
  CHECK(human_duration(0s) == "0s");
  CHECK(human_duration(59s) == "59s");
  CHECK(human_duration(3600s) == "1h");
  CHECK(human_duration(7500s) == "2h 5m");
  CHECK(human_duration(-61s) == "-1m 1s");
  CHECK(human_duration(86400s * 2 + 3601s) == "2d 1h");
}
