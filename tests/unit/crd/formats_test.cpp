#include "core/config/crd/formats.hpp"
#include "tests/support/catch.hpp"

using vmcpauth::config::crd::has_format;
using vmcpauth::config::crd::is_checked_format;

TEST_CASE("formats: what the API server takes and refuses") {
  struct Case {
    const char* format;
    std::vector<const char*> good, bad;
  };
  for (const auto& c : std::vector<Case>{
           {"date-time",
            {"2026-11-24T13:00:00Z", "2026-11-24t13:00:00.5+01:00"},
            {"", "2026-11-24", "2026-13-24T13:00:00Z", "2026-11-24T24:00:00Z", "2026-11-24 13:00:00Z"}},
           {"date", {"2024-02-29"}, {"2023-02-29", "2023-2-9", "x"}},
           {"duration", {"1h30m", "22 ns", "3 days", "-1.5s"}, {"", "h", "5", "5 parsecs"}},
           {"uri", {"https://a.example/x?y#z", "/a/b", "urn:x"}, {"", "a", "a b", "http://a/%zz", "://x"}},
           {"email", {"a@b.example", "A <a@b.example>"}, {"a", "@b", "a@"}},
           {"hostname", {"a.example.com", "localhost", "1a.example"}, {"", "-a.example", "a..b", "a_b"}},
           {"ipv4", {"127.0.0.1"}, {"::1", "256.0.0.1", "1.2.3"}},
           {"ipv6", {"::1", "2001:db8::", "::ffff:1.2.3.4"}, {"127.0.0.1", "g::"}},
           {"cidr", {"10.0.0.0/8", "::/0"}, {"10.0.0.0", "10.0.0.0/33", "x/8"}},
           {"mac", {"01:23:45:67:89:ab", "0123.4567.89ab"}, {"01:23", "zz:23:45:67:89:ab"}},
           {"uuid", {"123e4567-e89b-12d3-a456-426614174000"}, {"123e4567", "123e4567-e89b-12d3-a456-42661417400g"}},
           {"uuid4", {"123e4567-e89b-42d3-a456-426614174000"}, {"123e4567-e89b-12d3-a456-426614174000"}},
           {"isbn", {"0321751043", "978-0321751041"}, {"0321751044", "978"}},
           {"creditcard", {"4111 1111 1111 1111"}, {"4111111111111112", "1"}},
           {"ssn", {"123-45-6789"}, {"123-45-678"}},
           {"hexcolor", {"#fff", "A0B1C2"}, {"#ffff", "red"}},
           {"rgbcolor", {"rgb(1, 2, 255)"}, {"rgb(1,2)", "rgb(1,2,256)"}},
           {"byte", {"YQ=="}, {"", "Y", "Y*=="}},
           {"password", {"anything"}, {}},
           {"k8s-short-name", {"a-1"}, {"A", "a.b", "-a", ""}},
           {"k8s-long-name", {"a-1.b"}, {"A", "a..b", ""}},
       }) {
    CAPTURE(c.format);
    CHECK(is_checked_format(c.format));
    for (const auto* value : c.good) {
      CAPTURE(value);
      CHECK(has_format(c.format, value));
    }
    for (const auto* value : c.bad) {
      CAPTURE(value);
      CHECK_FALSE(has_format(c.format, value));
    }
  }
  CHECK_FALSE(is_checked_format("wombat"));
  CHECK(has_format("wombat", "anything"));
}
