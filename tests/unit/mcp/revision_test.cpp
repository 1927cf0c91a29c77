#include "core/mcp/revision.hpp"

#include "tests/support/catch.hpp"

using namespace vmcpauth;
using namespace vmcpauth::mcp;

namespace {

Message call(const std::string& method, Json params) {
  params["_meta"] = {{kMetaProtocolVersion, kModernRevision}, {kMetaClientCapabilities, Json::object()}};
  return {.kind = MessageKind::Request, .id = RequestId(std::int64_t{1}), .method = method, .params = std::move(params)};
}

http::Headers headers(const std::string& method, const std::string& name = {}) {
  http::Headers out{{"mcp-protocol-version", std::string(kModernRevision)}, {"MCP-METHOD", method}};
  if (!name.empty()) out.add("Mcp-Name", name);
  return out;
}

}  // namespace

TEST_CASE("mcp revision: a faithful request passes") {
  CHECK_FALSE(check_modern_request(call("tools/list", Json::object()), headers("tools/list")));
  CHECK_FALSE(check_modern_request(call("tools/call", {{"name", "echo"}}), headers("tools/call", "echo")));
  CHECK_FALSE(check_modern_request(call("tools/call", {{"name", "Hello, 世界"}}), headers("tools/call", "=?base64?SGVsbG8sIOS4lueVjA==?=")));
  CHECK_FALSE(check_modern_request(call("resources/read", {{"uri", "file:///a"}}), headers("resources/read", "file:///a")));
}

TEST_CASE("mcp revision: headers that do not mirror the body are refused") {
  auto twice = headers("tools/call", "echo");
  twice.add("Mcp-Name", "echo");
  auto two_versions = headers("tools/list");
  two_versions.add("MCP-Protocol-Version", "2025-11-25");
  struct Case {
    Message message;
    http::Headers headers;
    RpcCode code;
  };
  auto no_meta = call("tools/list", Json::object());
  no_meta.params = Json::object();
  auto no_capabilities = call("tools/list", Json::object());
  no_capabilities.params["_meta"].erase(kMetaClientCapabilities);
  auto old = call("tools/list", Json::object());
  old.params["_meta"][kMetaProtocolVersion] = "1900-01-01";
  auto version_number = call("tools/list", Json::object());
  version_number.params["_meta"][kMetaProtocolVersion] = 20260728;
  http::Headers old_headers{{"MCP-Protocol-Version", "1900-01-01"}, {"Mcp-Method", "tools/list"}};
  const std::vector<Case> cases{
      {call("tools/list", Json::object()), {}, RpcCode::HeaderMismatch},
      {call("tools/list", Json::object()), headers("tools/call"), RpcCode::HeaderMismatch},
      {call("tools/list", Json::object()), headers("Tools/List"), RpcCode::HeaderMismatch},
      {call("tools/list", Json::object()), {{"MCP-Protocol-Version", "2026-07-28"}}, RpcCode::HeaderMismatch},
      {call("tools/list", Json::object()), old_headers, RpcCode::HeaderMismatch},
      {call("tools/list", Json::object()), two_versions, RpcCode::HeaderMismatch},
      {call("tools/call", {{"name", "echo"}}), headers("tools/call"), RpcCode::HeaderMismatch},
      {call("tools/call", {{"name", "echo"}}), headers("tools/call", "whoami"), RpcCode::HeaderMismatch},
      {call("tools/call", {{"name", "echo"}}), headers("tools/call", "=?base64?!!?="), RpcCode::HeaderMismatch},
      {call("tools/call", {{"name", "echo"}}), twice, RpcCode::HeaderMismatch},
      {call("tools/call", {{"name", 7}}), headers("tools/call", "7"), RpcCode::InvalidParams},
      {call("tools/call", Json::object()), headers("tools/call", "echo"), RpcCode::InvalidParams},
      {no_meta, headers("tools/list"), RpcCode::InvalidParams},
      {no_capabilities, headers("tools/list"), RpcCode::InvalidParams},
      {version_number, headers("tools/list"), RpcCode::InvalidParams},
      {old, old_headers, RpcCode::UnsupportedProtocolVersion},
  };
  for (std::size_t i = 0; i < cases.size(); ++i) {
    INFO(i);
    const auto error = check_modern_request(cases[i].message, cases[i].headers);
    REQUIRE(error);
    CHECK(error->code == cases[i].code);
  }
}

TEST_CASE("mcp revision: the era is told from how the client opens") {
  Message plain{.kind = MessageKind::Request, .id = RequestId(std::int64_t{1}), .method = "tools/list"};
  CHECK(era_of(plain, {}) == Era::Legacy);
  CHECK(era_of(plain, {{"MCP-Protocol-Version", "2025-11-25"}}) == Era::Legacy);
  CHECK(era_of(plain, {{"MCP-Protocol-Version", "2026-07-28"}}) == Era::Modern);
  CHECK(era_of(plain, {{"MCP-Protocol-Version", "1900-01-01"}}) == Era::Modern);
  CHECK(era_of(call("tools/list", Json::object()), {}) == Era::Modern);
  Message initialize{.kind = MessageKind::Request, .id = RequestId(std::int64_t{1}), .method = "initialize"};
  CHECK(era_of(initialize, {{"MCP-Protocol-Version", "2026-07-28"}}) == Era::Legacy);
  // What only the newer revision's clients write decides, whatever the method.
  CHECK(era_of(call("initialize", Json::object()), {}) == Era::Modern);
}

TEST_CASE("mcp revision: header values decode") {
  struct Case {
    std::string value;
    std::optional<std::string> decoded;
  };
  const std::vector<Case> cases{{"us-west1", "us-west1"},
                                {"=?base64?IHBhZGRlZCA=?=", " padded "},
                                {"=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?=", "=?base64?literal?="},
                                {"=?base64?"
                                 "?=",
                                 ""},
                                {"=?BASE64?eA==?=", "=?BASE64?eA==?="},
                                {"=?base64?=", "=?base64?="},
                                {"=?base64?eA?=", std::nullopt},
                                {"=?base64?/w==?=", std::nullopt},
                                {"caf\xc3\xa9", std::nullopt},
                                {"a\nb", std::nullopt}};
  for (const auto& c : cases) {
    INFO(c.value);
    const auto decoded = decode_mcp_header(c.value);
    REQUIRE(decoded.has_value() == c.decoded.has_value());
    if (decoded) CHECK(*decoded == *c.decoded);
  }
}

TEST_CASE("mcp revision: unsupported versions are named back, cut short") {
  const auto error = unsupported_version(std::string(1000, 'x'));
  CHECK(error.data["requested"].get<std::string>().size() <= 70);
  CHECK(error.data["supported"][0] == "2026-07-28");
}
