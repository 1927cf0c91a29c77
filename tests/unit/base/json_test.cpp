#include "core/base/json.hpp"

#include "core/base/noted_json.hpp"
#include "tests/support/catch.hpp"

using namespace vmcpauth;

TEST_CASE("json: refuses duplicate members at any depth") {
  CHECK(parse_json(R"({"a":1,"b":{"a":2}})"));
  CHECK_FALSE(parse_json(R"({"a":1,"a":2})"));
  CHECK_FALSE(parse_json(R"([{"x":{"b":1,"b":1}}])"));
  CHECK_FALSE(parse_json("{\"a\":1,\"\\u0061\":2}"));
}

TEST_CASE("json: refuses what is not exactly one JSON text") {
  for (const char* text : {"", " ", "{", "{}x", "{} {}", "[1,]", "{'a':1}", "nan", "\"\xff\"", "\"\t\"", "01", "+1", "// c\n1"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_json(text));
  }
}

TEST_CASE("json: size and depth are bounded") {
  CHECK(parse_json(std::string(64, '[') + std::string(64, ']')));
  CHECK(parse_json(std::string(65, '[') + std::string(65, ']')).error().code() == ErrorCode::TooLarge);
  CHECK(parse_json("[1234567]", {.max_bytes = 5}).error().code() == ErrorCode::TooLarge);
}

TEST_CASE("json: typed access names the member and never throws") {
  const auto object = parse_json_object(R"({"s":"x","n":5,"big":18446744073709551615,"l":["a","b"],"mixed":["a",1],"null":null,"b":true})");
  REQUIRE(object);
  CHECK(*required_string(*object, "s") == "x");
  CHECK(required_string(*object, "n").error().message() == "member \"n\" is not a string");
  CHECK(required_string(*object, "zz").error().message() == "member \"zz\" is missing");
  CHECK(*optional_integer(*object, "n") == std::optional<std::int64_t>(5));
  CHECK_FALSE(optional_integer(*object, "big"));
  CHECK(*optional_string(*object, "null") == std::optional<std::string>());
  CHECK(*optional_strings(*object, "l") == std::vector<std::string>{"a", "b"});
  CHECK_FALSE(optional_strings(*object, "mixed"));
  CHECK(*optional_bool(*object, "b") == std::optional<bool>(true));
  CHECK_FALSE(parse_json_object("[]"));
}

TEST_CASE("json: duplicates can be noted instead of refused, and the last one wins") {
  std::vector<std::string> duplicates;
  const auto value = parse_json_noting_duplicates(R"({"a":{"x":1},"b":{"x":1,"x":2,"x":3},"a":[1]})", {}, duplicates);
  REQUIRE(value);
  CHECK((*value)["a"] == Json::array({1}));
  CHECK((*value)["b"]["x"] == 3);
  CHECK(duplicates == std::vector<std::string>{"x", "a"});
  CHECK_FALSE(parse_json_noting_duplicates("{", {}, duplicates));
  CHECK_FALSE(parse_json_noting_duplicates(R"({"a":[[[1]]]})", {.max_bytes = 100, .max_depth = 3}, duplicates));
}
