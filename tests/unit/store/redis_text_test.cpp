#include "core/store/redis/keys.hpp"
#include "core/store/redis/resp.hpp"
#include "core/store/redis/rfc3339.hpp"
#include "core/store/redis/rows.hpp"
#include "tests/support/catch.hpp"

using namespace vmcpauth;
using namespace vmcpauth::store::redis;

TEST_CASE("rfc 3339: as Go writes it") {
  struct Case {
    const char* text;
    std::int64_t seconds;
  };
  const Case cases[] = {{"2027-01-15T08:00:00Z", 1'800'000'000},
                        {"2027-01-15T08:00:00.123456789Z", 1'800'000'000},
                        {"2027-01-15T09:30:00+01:30", 1'800'000'000},
                        {"2027-01-15T03:00:00-05:00", 1'800'000'000},
                        {"1970-01-01T00:00:00Z", 0},
                        {"0001-01-01T00:00:00Z", -62'135'596'800}};
  for (const auto& c : cases) {
    INFO(c.text);
    CHECK(unix_seconds(from_rfc3339(c.text).value()) == c.seconds);
  }
  CHECK(to_rfc3339(from_unix_seconds(1'800'000'000)) == "2027-01-15T08:00:00Z");
  for (const char* bad : {"", "2027", "2027-13-01T00:00:00Z", "2027-02-30T00:00:00Z", "2027-01-15T24:00:00Z", "2027-01-15T08:60:00Z", "2027-01-15T08:00:00",
                          "2027-01-15T08:00:00+0130", "2027-01-15T08:00:00Zx", "x027-01-15T08:00:00Z", "2027-01-15 08:00:00"}) {
    INFO(bad);
    CHECK_FALSE(from_rfc3339(bad).has_value());
  }
}

TEST_CASE("redis keys: names and what is in them") {
  CHECK(Keys::prefix_of("ns", "name") == "thv:auth:{ns:name}:");
  for (const char* bad : {"", "thv:auth:ns:name:", "{}:", "{", "}a{"}) CHECK_FALSE(Keys::with_prefix(bad).has_value());
  const auto keys = Keys::with_prefix("p{x}:").value();
  CHECK(keys.upstream("s", "github") == "p{x}:upstream:s:github");
  CHECK(keys.upstream_index("s") == "p{x}:upstream:idx:s");
  CHECK(keys.provider_identity("a:b", "c") == "p{x}:provider:3:a:b:c");
  CHECK(keys.upstream_in("p{x}:upstream:a:b:github") == std::pair<std::string, std::string>("a:b", "github"));
  for (const char* other : {"p{x}:upstream:idx:s", "p{x}:upstream:s", "p{y}:upstream:s:github", "p{x}:upstream::github", "p{x}:upstream:s:", "p{x}:client:s"}) {
    INFO(other);
    CHECK_FALSE(keys.upstream_in(other).has_value());
  }
  CHECK(match_literally("a*b?[c]\\") == "a\\*b\\?\\[c\\]\\\\");
}

TEST_CASE("resp: replies in any pieces") {
  const std::string wire = "*3\r\n$3\r\nfoo\r\n:-42\r\n*2\r\n+OK\r\n$-1\r\n-ERR no\r\n";
  for (std::size_t cut = 0; cut <= wire.size(); ++cut) {
    ReplyReader reader;
    REQUIRE(reader.feed(std::string_view(wire).substr(0, cut)).has_value());
    std::vector<Reply> replies;
    const auto drain = [&] {
      while (true) {
        auto reply = reader.next();
        REQUIRE(reply.has_value());
        if (!*reply) return;
        replies.push_back(**std::move(reply));
      }
    };
    drain();
    REQUIRE(reader.feed(std::string_view(wire).substr(cut)).has_value());
    drain();
    REQUIRE(replies.size() == 2);
    REQUIRE(replies[0].items.size() == 3);
    CHECK(replies[0].items[0].text == "foo");
    CHECK(replies[0].items[1].integer == -42);
    CHECK(replies[0].items[2].items[0].text == "OK");
    CHECK(replies[0].items[2].items[1].is_nil());
    CHECK(replies[1].is_error("ERR"));
    CHECK_FALSE(replies[1].is_error("ER"));
  }
}

TEST_CASE("resp: what is no reply ends the reader") {
  for (const std::string wire : {"HTTP/1.1 400\r\n", "?\r\n", "*x\r\n", "$5\r\nabc"}) {
    INFO(wire);
    ReplyReader reader;
    (void)reader.feed(wire);
    const auto reply = reader.next();
    CHECK((!reply || !*reply));
  }
  ReplyReader huge;
  (void)huge.feed("*2147483647\r\n");
  CHECK(huge.next().has_value());
  ReplyReader endless;
  (void)endless.feed("$4000000000\r\n");
  const std::string block(8U << 20U, 'x');
  Result<void> fed;
  for (int i = 0; i < 20 && fed; ++i) fed = endless.feed(block);
  REQUIRE_FALSE(fed.has_value());
  CHECK(fed.error().code() == ErrorCode::TooLarge);
  std::string bytes;
  REQUIRE(append_command(bytes, {"SET", std::string("a\0b", 3), ""}).has_value());
  CHECK(bytes == std::string("*3\r\n$3\r\nSET\r\n$3\r\na\0b\r\n$0\r\n\r\n", 28));
}

TEST_CASE("redis rows: what is damaged is refused") {
  for (const char* bad : {"", "null", "[]", "{", "{\"access_token\":1}", "{\"expires_at\":\"soon\"}", "{\"expires_at\":1e30}", "{\"a\":1,\"a\":2}"}) {
    INFO(bad);
    CHECK_FALSE(read_upstream("github", bad).has_value());
    CHECK_FALSE(read_pending(bad, "").has_value());
    CHECK_FALSE(read_client(bad, "", false).has_value());
    CHECK_FALSE(read_code(bad).has_value());
    CHECK_FALSE(read_refresh(bad).has_value());
    CHECK_FALSE(read_identity(bad).has_value());
    CHECK_FALSE(read_registration(bad).has_value());
  }
}
