// What is rewritten between two hops and what passes untouched; texts that must come back as they were given out.
#include "core/mcp/translation.hpp"
#include "core/mcp/revision.hpp"

#include "core/mcp/param_headers.hpp"
#include "core/mcp/sealed_text.hpp"
#include "core/mcp/uri_template.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fakes.hpp"

using namespace vmcpauth;
using namespace vmcpauth::mcp;

namespace {

const Implementation kSelf{"vmcpauth", "1"};

Json with_meta(Json meta) {
  Json params{{"name", "t"}};
  params["_meta"] = std::move(meta);
  return params;
}

}  // namespace

TEST_CASE("translation: keys of a hop are ours, other _meta keys pass untouched") {
  const auto client = with_meta({{"progressToken", "theirs"},
                                 {"io.modelcontextprotocol/protocolVersion", "2026-07-28"},
                                 {"io.modelcontextprotocol/clientInfo", {{"name", "client"}}},
                                 {"io.modelcontextprotocol/clientCapabilities", {{"sampling", Json::object()}}},
                                 {"traceparent", "00-aa-bb-01"},
                                 {"com.example/key", 1}});
  const auto legacy = params_for_backend(client, {.era = Era::Legacy, .self = kSelf, .progress_token = RequestId(7)});
  CHECK(legacy.at("_meta") == Json{{"progressToken", 7}, {"traceparent", "00-aa-bb-01"}, {"com.example/key", 1}});
  const auto modern = params_for_backend(client, {.era = Era::Modern, .self = kSelf, .client_capabilities = {{"roots", Json::object()}}, .log_level = "info"});
  CHECK(modern.at("_meta") == Json{{"io.modelcontextprotocol/protocolVersion", "2026-07-28"},
                                   {"io.modelcontextprotocol/clientInfo", {{"name", "vmcpauth"}, {"version", "1"}}},
                                   {"io.modelcontextprotocol/clientCapabilities", {{"roots", Json::object()}}},
                                   {"io.modelcontextprotocol/logLevel", "info"},
                                   {"traceparent", "00-aa-bb-01"},
                                   {"com.example/key", 1}});
  CHECK_FALSE(params_for_backend({{"name", "t"}, {"task", Json::object()}}, {.era = Era::Legacy, .self = kSelf}).contains("task"));
  CHECK_FALSE(params_for_client(with_meta({{"progressToken", 1}})).contains("_meta"));
}

TEST_CASE("translation: results get and lose what only one era has") {
  const Json modern{{"resultType", "complete"}, {"ttlMs", 5}, {"cacheScope", "public"}, {"contents", Json::array()}, {"x-new", 1}};
  CHECK(result_for_client(modern, Era::Legacy, true, kSelf) == Json{{"contents", Json::array()}, {"x-new", 1}});
  const auto legacy = result_for_client({{"contents", Json::array()}, {"_meta", {{"mine", 1}}}}, Era::Modern, true, kSelf);
  CHECK(legacy.at("resultType") == "complete");
  CHECK(legacy.at("ttlMs") == 0);
  CHECK(legacy.at("cacheScope") == "private");
  CHECK(legacy.at("_meta").at("mine") == 1);
  CHECK(legacy.at("_meta").at("io.modelcontextprotocol/serverInfo") == Json{{"name", "vmcpauth"}, {"version", "1"}});
  CHECK_FALSE(result_for_client({{"resultType", "input_required"}}, Era::Modern, true, kSelf).contains("ttlMs"));
}

TEST_CASE("translation: errors of the other era are replaced") {
  struct Case {
    int code;
    Era client;
    int want;
  };
  const auto [code, client, want] = GENERATE(values<Case>({{-32002, Era::Modern, -32602},
                                                           {-32002, Era::Legacy, -32002},
                                                           {-32042, Era::Modern, -32603},
                                                           {-32042, Era::Legacy, -32042},
                                                           {-32020, Era::Modern, -32603},
                                                           {-32021, Era::Modern, -32021},
                                                           {-32021, Era::Legacy, -32603},
                                                           {-32602, Era::Legacy, -32602},
                                                           {17, Era::Modern, 17}}));
  CHECK(error_for_client({{"code", code}, {"message", "m"}, {"data", 1}}, client).at("code") == want);
}

TEST_CASE("translation: capabilities of all backends together, of the client what we can carry") {
  const std::vector<Json> backends{
      {{"tools", Json::object()}, {"logging", Json::object()}}, nullptr, {{"resources", Json::object()}, {"extensions", {{"a/b", Json::object()}}}}};
  const auto legacy = merged_capabilities(backends, Era::Legacy);
  CHECK(legacy == Json{{"tools", {{"listChanged", true}}}, {"resources", {{"listChanged", true}, {"subscribe", true}}}, {"logging", Json::object()}});
  CHECK(merged_capabilities(backends, Era::Modern).at("extensions").contains("a/b"));
  CHECK(capabilities_for_backend({{"roots", Json::object()}, {"tasks", Json::object()}, {"sampling", "odd"}}) == Json{{"roots", Json::object()}});
}

TEST_CASE("translation: the extension for tasks is declared to neither side, others to both") {
  const Json extensions{{"io.modelcontextprotocol/tasks", Json::object()}, {"a/b", Json::object()}};
  const Json others{{"a/b", Json::object()}};
  CHECK(capabilities_for_backend({{"extensions", extensions}}).at("extensions") == others);
  CHECK(merged_capabilities({Json{{"tools", Json::object()}, {"extensions", extensions}}}, Era::Modern).at("extensions") == others);
}

TEST_CASE("sealed text: comes back only as it was given out, and only for its purpose") {
  test::CountingRandom random;
  const SealedTexts seals(random);
  const auto text = seals.seal("cursor", {{"after", "x"}});
  REQUIRE(seals.open("cursor", text, 1'000));
  CHECK(seals.open("cursor", text, 1'000)->at("after") == "x");
  CHECK_FALSE(seals.open("state", text, 1'000));
  CHECK_FALSE(seals.open("cursor", text, 10));
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto bent = text;
    bent[i] = bent[i] == 'A' ? 'B' : 'A';
    CHECK_FALSE(seals.open("cursor", bent, 1'000));
    CHECK_FALSE(seals.open("cursor", text.substr(0, i), 1'000));
  }
  CHECK_FALSE(SealedTexts(random).open("cursor", text, 1'000));
}

TEST_CASE("uri template: what a template can expand to") {
  struct Case {
    std::string pattern, uri;
    bool want;
  };
  const auto [pattern, uri, want] = GENERATE(values<Case>({{"a://{x}", "a://1", true},
                                                           {"a://{x}", "a://1/2", false},
                                                           {"a://{x}", "a://", false},
                                                           {"a://{+x}", "a://1/2?3", true},
                                                           {"a://{x}/end", "a://1/end", true},
                                                           {"a://{x}/end", "a://1/ends", false},
                                                           {"a://{x}{y}", "a://12", true},
                                                           {"a://h{/path*}", "a://h/1/2", true},
                                                           {"a://h{?q,r}", "a://h?q=1&r=2", true},
                                                           {"a://h{?q}", "a://h", true},
                                                           {"a://plain", "a://plain", true},
                                                           {"a://plain", "a://other", false},
                                                           {"a://{x", "a://1", false},
                                                           {"a://x}", "a://x}", false},
                                                           {"a://{}", "a://1", false},
                                                           {"", "", true}}));
  CAPTURE(pattern, uri);
  CHECK(matches_uri_template(pattern, uri) == want);
}

TEST_CASE("uri template: hostile ones cost no more than their size") {
  std::string pattern, uri(2'000, 'a');
  for (int i = 0; i < 32; ++i) pattern += "{x}";
  CHECK(matches_uri_template(pattern, uri));
  CHECK_FALSE(matches_uri_template(pattern + "b", uri));
  CHECK_FALSE(matches_uri_template(pattern + "{x}", uri));
}

TEST_CASE("mirrored parameters: read, written and checked") {
  const auto tool = parse_json(R"({"inputSchema":{"type":"object","properties":{
      "region":{"type":"string","x-mcp-header":"Region"},
      "n":{"type":"integer","x-mcp-header":"N"},
      "o":{"type":"object","properties":{"deep":{"type":"boolean","x-mcp-header":"Deep"}}}}}})");
  REQUIRE(tool);
  const auto parameters = mirrored_parameters(tool->at("inputSchema"));
  REQUIRE(parameters);
  REQUIRE(parameters->size() == 3);
  const Json arguments{{"region", "Köln"}, {"n", 42}, {"o", {{"deep", true}}}};
  auto headers = *mirror(*parameters, arguments);
  CHECK(headers.get("mcp-param-region") == "=?base64?S8O2bG4=?=");
  CHECK(headers.get("mcp-param-n") == "42");
  CHECK(headers.get("mcp-param-deep") == "true");
  CHECK(check_mirrored(*parameters, arguments, headers) == std::nullopt);
  headers.set("Mcp-Param-N", "42.0");
  CHECK(check_mirrored(*parameters, arguments, headers) == std::nullopt);
  headers.set("Mcp-Param-N", "43");
  CHECK(check_mirrored(*parameters, arguments, headers)->code == RpcCode::HeaderMismatch);
  headers.remove("Mcp-Param-N");
  CHECK(check_mirrored(*parameters, arguments, headers)->code == RpcCode::HeaderMismatch);
  CHECK(check_mirrored(*parameters, Json::object(), headers)->code == RpcCode::HeaderMismatch);
  CHECK(check_mirrored(*parameters, {{"region", nullptr}}, {}) == std::nullopt);
}

TEST_CASE("mirrored parameters: annotations that break the rules make the tool unusable") {
  const std::string schema =
      GENERATE(R"({"properties":{"a":{"type":"string","x-mcp-header":""}}})", R"({"properties":{"a":{"type":"string","x-mcp-header":"a b"}}})",
               R"({"properties":{"a":{"type":"string","x-mcp-header":"X\r\nY"}}})", R"({"properties":{"a":{"type":"number","x-mcp-header":"X"}}})",
               R"({"properties":{"a":{"type":"string","x-mcp-header":7}}})",
               R"({"properties":{"a":{"type":"string","x-mcp-header":"X"},"b":{"type":"string","x-mcp-header":"x"}}})",
               R"({"properties":{"a":{"type":"array","items":{"type":"string","x-mcp-header":"X"}}}})",
               R"({"anyOf":[{"properties":{"a":{"type":"string","x-mcp-header":"X"}}}]})", R"({"x-mcp-header":"X"})");
  const auto parsed = parse_json(schema);
  REQUIRE(parsed);
  CAPTURE(schema);
  CHECK_FALSE(mirrored_parameters(*parsed));
}

TEST_CASE("mirrored parameters: header values are encoded when they must be") {
  CHECK(encode_mcp_header("plain text") == "plain text");
  CHECK(encode_mcp_header(" padded ") == "=?base64?IHBhZGRlZCA=?=");
  CHECK(encode_mcp_header("line1\nline2") == "=?base64?bGluZTEKbGluZTI=?=");
  CHECK(encode_mcp_header("=?base64?literal?=") == "=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?=");
  for (const std::string value : {"", "x", "ä", "\t", "=?base64?"}) CHECK(decode_mcp_header(encode_mcp_header(value)) == value);
}
