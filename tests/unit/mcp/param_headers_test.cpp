#include "core/mcp/param_headers.hpp"
#include "core/mcp/revision.hpp"
#include "tests/support/catch.hpp"

using namespace vmcpauth;
using namespace vmcpauth::mcp;

TEST_CASE("mirrored parameters: annotations that cannot be mirrored are refused") {
  const std::vector<std::string> bad{
      R"({"properties":{"a":{"type":"string","x-mcp-header":""}}})",
      R"({"properties":{"a":{"type":"string","x-mcp-header":"My Region"}}})",
      R"({"properties":{"a":{"type":"string","x-mcp-header":"Region:Primary"}}})",
      R"({"properties":{"a":{"type":"string","x-mcp-header":"Région"}}})",
      R"({"properties":{"a":{"type":"string","x-mcp-header":"Region\t1"}}})",
      R"({"properties":{"a":{"type":"string","x-mcp-header":"a\r\nX: y"}}})",
      R"({"properties":{"a":{"type":"string","x-mcp-header":7}}})",
      R"({"properties":{"a":{"type":"number","x-mcp-header":"A"}}})",
      R"({"properties":{"a":{"type":"object","x-mcp-header":"A"}}})",
      R"({"properties":{"a":{"type":"array","x-mcp-header":"A"}}})",
      R"({"properties":{"a":{"type":"null","x-mcp-header":"A"}}})",
      R"({"properties":{"a":{"type":["string","integer"],"x-mcp-header":"A"}}})",
      R"({"properties":{"a":{"x-mcp-header":"A"}}})",
      R"({"type":"string","x-mcp-header":"A"})",
      R"({"properties":{"a":{"type":"string","x-mcp-header":"MyField"},"b":{"type":"string","x-mcp-header":"myfield"}}})",
      R"({"properties":{"a":{"type":"array","items":{"type":"string","x-mcp-header":"A"}}}})",
      R"({"properties":{"a":{"type":"array","items":{"properties":{"b":{"type":"string","x-mcp-header":"A"}}}}}})",
      R"({"anyOf":[{"properties":{"a":{"type":"string","x-mcp-header":"A"}}}]})",
      R"({"if":{"properties":{"a":{"type":"string","x-mcp-header":"A"}}}})",
      R"({"$defs":{"x":{"properties":{"a":{"type":"string","x-mcp-header":"A"}}}}})",
  };
  for (const auto& schema : bad) {
    INFO(schema);
    CHECK_FALSE(mirrored_parameters(Json::parse(schema)));
  }
}

TEST_CASE("mirrored parameters: values are mirrored from their exact place") {
  const auto schema = Json::parse(R"({"properties":{
      "region":{"type":"string","x-mcp-header":"Region"},
      "n":{"type":["integer","null"],"x-mcp-header":"N"},
      "on":{"type":"boolean","x-mcp-header":"On"},
      "x-mcp-header":{"type":"string"},
      "deep":{"type":"object","properties":{"er":{"type":"string","x-mcp-header":"Deeper"}}},
      "plain":{"type":"string"}}})");
  const auto annotations = mirrored_parameters(schema);
  REQUIRE(annotations);
  CHECK(annotations->size() == 4);
  const auto headers = mirror(*annotations, Json::parse(R"({"region":"us west","n":-7,"on":false,"deep":{"er":"x"},"plain":"p","er":"wrong"})"));
  REQUIRE(headers);
  CHECK(headers->size() == 4);
  CHECK(headers->get("Mcp-Param-Region") == "us west");
  CHECK(headers->get("Mcp-Param-N") == "-7");
  CHECK(headers->get("Mcp-Param-On") == "false");
  CHECK(headers->get("Mcp-Param-Deeper") == "x");
  CHECK(mirror(*annotations, Json::parse(R"({"n":null,"deep":"no object"})"))->size() == 0);
  CHECK_FALSE(mirror(*annotations, Json::parse(R"({"n":9007199254740992})")));
  CHECK_FALSE(mirror(*annotations, Json::parse(R"({"n":-9007199254740992})")));
  CHECK_FALSE(mirror(*annotations, Json::parse(R"({"n":1.5})")));
  CHECK_FALSE(mirror(*annotations, Json::parse(R"({"region":{}})")));
}

TEST_CASE("mirrored parameters: a value no header can hold is encoded, and comes back") {
  struct Case {
    std::string value, wire;
  };
  const std::vector<Case> cases{
      {"us-west1", "us-west1"},
      {"us west 1", "us west 1"},
      {"", ""},
      {"Hello, 世界", "=?base64?SGVsbG8sIOS4lueVjA==?="},
      {" padded ", "=?base64?IHBhZGRlZCA=?="},
      {"line1\nline2", "=?base64?bGluZTEKbGluZTI=?="},
      {"\tindented", "=?base64?CWluZGVudGVk?="},
      {"=?base64?literal?=", "=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?="},
  };
  for (const auto& c : cases) {
    CHECK(encode_mcp_header(c.value) == c.wire);
    CHECK(decode_mcp_header(c.wire).value_or("?") == c.value);
  }
}
