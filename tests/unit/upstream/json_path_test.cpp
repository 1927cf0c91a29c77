#include "core/upstream/json_path.hpp"

#include "core/base/encoding.hpp"
#include "tests/support/catch.hpp"

using namespace vmcpauth;
using upstream::JsonPath;

namespace {

std::string jwt(const std::string& payload) { return "eyJhbGciOiJub25lIn0." + base64url_encode(payload) + ".c2ln"; }

Json document() {
  return {{"access_token", jwt(R"({"sub":"user-1","org":{"id":7},"nested":")" + jwt(R"({"deep":"yes"})") + R"("})")},
          {"authed_user", {{"id", "U1"}, {"scopes", {"a", "b"}}}},
          {"user.name", "dotted"},
          {"@odata", "at"},
          {"list", {{{"id", 1}}, {{"id", 2}}}},
          {"12", "digits as a name"},
          {"nothing", nullptr},
          {"", "no name"}};
}

}  // namespace

TEST_CASE("json path: leads to members, elements and into tokens") {
  struct Case {
    const char* path;
    Json want;
  };
  const std::vector<Case> cases{
      {"authed_user.id", "U1"},
      {"authed_user|id", "U1"},
      {"authed_user.scopes.1", "b"},
      {"list.0.id", 1},
      {"list|1|id", 2},
      {"list.01.id", 2},
      {R"(user\.name)", "dotted"},
      {R"(\@odata)", "at"},
      {"12", "digits as a name"},
      {"access_token|@upstreamjwt|sub", "user-1"},
      {"access_token.@upstreamjwt.org.id", 7},
      {"access_token|@upstreamjwt|nested|@upstreamjwt|deep", "yes"},
      {"nothing", nullptr},
  };
  for (const auto& c : cases) {
    INFO(c.path);
    const auto path = JsonPath::parse(c.path);
    REQUIRE(path);
    const auto value = path->evaluate(document());
    REQUIRE(value.has_value());
    CHECK(*value == c.want);
  }
}

TEST_CASE("json path: leads nowhere without an error") {
  for (const char* text : {"absent", "authed_user.absent", "authed_user.id.more", "list.2", "list.-1", "list.x", "list.99999999999999999999", "list.0x1",
                           "nothing.more", "authed_user.id|@upstreamjwt|sub", "list|@upstreamjwt", "access_token|@upstreamjwt|absent", "@upstreamjwt"}) {
    INFO(text);
    const auto path = JsonPath::parse(text);
    REQUIRE(path);
    CHECK_FALSE(path->evaluate(document()).has_value());
  }
}

TEST_CASE("json path: unsupported syntax is a configuration error that says where") {
  struct Case {
    std::string path;
    const char* words;
  };
  const std::vector<Case> cases{
      {"", "empty path"},
      {".", "character 1"},
      {"a.", "character 3"},
      {"a..b", "character 3"},
      {"a||b", "character 3"},
      {"|a", "character 1"},
      {"a.*", "'*'"},
      {"a?", "'?'"},
      {"a.#", "'#'"},
      {"a.#(b==1)", "'#'"},
      {"{a,b}", "'{'"},
      {"[a,b]", "'['"},
      {"!\"x\"", "'!'"},
      {"a.@reverse", "@upstreamjwt"},
      {"@this", "@upstreamjwt"},
      {"a|@upstreamjwtx", "@upstreamjwt"},
      {"a\\", "backslash"},
      {"a\nb", "control"},
      {std::string(513, 'a'), "longer than"},
  };
  for (const auto& c : cases) {
    INFO(c.path);
    const auto path = JsonPath::parse(c.path);
    REQUIRE_FALSE(path);
    CHECK(path.error().code() == ErrorCode::InvalidConfig);
    CHECK_THAT(path.error().message(), ContainsSubstring(c.words));
  }
  std::string many = "a";
  for (int i = 0; i < 32; ++i) many += ".a";
  CHECK_FALSE(JsonPath::parse(many));
  CHECK(JsonPath::parse(many.substr(2)));
}

TEST_CASE("json path: tokens that are none decode to nothing") {
  const auto path = JsonPath::parse("t|@upstreamjwt|sub").value();
  const std::string good = jwt(R"({"sub":"x"})");
  CHECK(path.evaluate({{"t", good}}).has_value());
  for (const std::string& token :
       {std::string(), std::string(".."), good + ".more", good.substr(0, good.find('.')), jwt("not json"), jwt(R"({"sub":1,"sub":2})"), jwt(R"(["sub"])"),
        std::string("a.b c.d"), "x." + base64_encode(R"({"sub":"??>"})") + ".y", jwt(std::string(70'000, ' ') + R"({"sub":"x"})")}) {
    INFO(token.substr(0, 60));
    CHECK_FALSE(path.evaluate({{"t", token}}).has_value());
  }
  CHECK_FALSE(path.evaluate({{"t", 5}}).has_value());
}

TEST_CASE("scalar text: strings and whole numbers, exactly") {
  CHECK(upstream::scalar_text("abc") == "abc");
  CHECK(upstream::scalar_text(583231) == "583231");
  CHECK(upstream::scalar_text(-5) == "-5");
  CHECK(upstream::scalar_text(0) == "0");
  CHECK(upstream::scalar_text(parse_json("18446744073709551615").value()) == "18446744073709551615");
  CHECK(upstream::scalar_text(parse_json("9007199254740993").value()) == "9007199254740993");
  for (const char* text : {"\"\"", "null", "true", "1.5", "1e3", "18446744073709551616", "[1]", "{}"}) {
    INFO(text);
    CHECK_FALSE(upstream::scalar_text(parse_json(text).value()).has_value());
  }
}
