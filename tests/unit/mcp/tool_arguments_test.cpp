#include "core/mcp/client/tool_arguments.hpp"
#include "tests/support/catch.hpp"

using namespace vmcpauth;
using namespace vmcpauth::mcp;

namespace {

const Json& schema() {
  static const auto kSchema = Json::parse(R"({
    "$defs":{"count":{"type":"integer"},"loop":{"$ref":"#/$defs/loop"}},
    "properties":{
      "s":{"type":"string"},"i":{"$ref":"#/$defs/count"},"f":{"type":"number"},"b":{"type":"boolean"},
      "m":{"type":["integer","string"]},"n":{"type":["integer","null"]},"tags":{"type":"array","items":{"type":"string"}},
      "ints":{"type":"array","items":{"type":"integer"}},"o":{"type":"object","properties":{"deep":{"type":"integer"}}},
      "a.b":{"type":"integer"},"loop":{"$ref":"#/$defs/loop"},"far":{"$ref":"https://elsewhere.test/schema"},"odd":{"$ref":"#bad/~9"}}})");
  return kSchema;
}

Result<Json> arguments(const std::vector<std::string>& pairs, Json start = Json::object()) {
  TRY_VOID(add_arguments(start, pairs, schema()));
  return start;
}

}  // namespace

TEST_CASE("tool arguments: the schema says what a value is") {
  struct Case {
    std::vector<std::string> pairs;
    const char* want;
  };
  const std::vector<Case> cases{
      {{"s=42"}, R"({"s":"42"})"},
      {{"s="}, R"({"s":""})"},
      {{"s=a=b"}, R"({"s":"a=b"})"},
      {{"i=42"}, R"({"i":42})"},
      {{"i=2.0"}, R"({"i":2.0})"},
      {{"f=1.5"}, R"({"f":1.5})"},
      {{"f=3"}, R"({"f":3})"},
      {{"b=true"}, R"({"b":true})"},
      {{"m=7"}, R"({"m":7})"},
      {{"m=seven"}, R"({"m":"seven"})"},
      {{"n=null"}, R"({"n":null})"},
      {{"tags=x", "tags=1"}, R"({"tags":["x","1"]})"},
      {{"tags=[\"x\"]"}, R"({"tags":["x"]})"},
      {{"ints=1", "ints=2"}, R"({"ints":[1,2]})"},
      {{"o.deep=5"}, R"({"o":{"deep":5}})"},
      {{"o={\"deep\":1}"}, R"({"o":{"deep":1}})"},
      {{"a.b=3"}, R"({"a.b":3})"},
      {{"free=3"}, R"({"free":3})"},
      {{"free=three"}, R"({"free":"three"})"},
      {{"free=\"quoted\""}, R"({"free":"\"quoted\""})"},
      {{"far=x"}, R"({"far":"x"})"},
      {{"loop=x"}, R"({"loop":"x"})"},
      {{"odd=x"}, R"({"odd":"x"})"},
      {{"new.path=1"}, R"({"new":{"path":1}})"},
  };
  for (const auto& c : cases) {
    INFO(c.pairs[0]);
    const auto made = arguments(c.pairs);
    REQUIRE(made);
    CHECK(*made == Json::parse(c.want));
  }
}

TEST_CASE("tool arguments: mistakes name the argument") {
  const std::vector<std::vector<std::string>> bad{
      {"s"},      {"=x"},         {"i=x"},        {"i=1.5"},        {"i=1e400"},
      {"f=one"},  {"b=yes"},      {"b=1"},        {"n="},           {"o=x"},
      {"ints=x"}, {"s=a", "s=b"}, {"i=1", "i=2"}, {"o.deep=x"},     {"o..x=1"},
      {".x=1"},   {"x.=1"},       {"s=\xff"},     {"s=1", "s.x=2"}, {"1.2.3.4.5.6.7.8.9.a.b.c.d.e.f.g.h.i=1"},
  };
  for (const auto& pairs : bad) {
    INFO(pairs.back());
    const auto made = arguments(pairs);
    REQUIRE_FALSE(made);
    CHECK(made.error().code() == ErrorCode::InvalidInput);
  }
  CHECK(arguments({"i=x"}).error().message() == "argument i must be integer, not x");
}
