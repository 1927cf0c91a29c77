#include "proxy/demo/mcp_backend.hpp"

#include "core/mcp/revision.hpp"
#include "proxy/demo/mcp_answer.hpp"
#include "tests/unit/proxy_demo/provider_fixture.hpp"

using namespace vmcpauth;
using namespace vmcpauth::test;

namespace {

struct Server {
  explicit Server(World& world, std::optional<proxy::RequiredToken> required = {}, bool stream = false) {
    auto made = proxy::McpBackend::make({.name = "notes", .origin = "http://127.0.0.1:9100", .required = std::move(required), .prefer_event_stream = stream},
                                        world.trust, world.clock, world.random);
    REQUIRE(made);
    backend = *std::move(made);
  }
  http::Response send(std::string method, http::Headers headers = {}, std::string body = {}, std::string path = "/mcp") {
    headers.add("Host", "127.0.0.1:9100");
    auto response = run_ready(backend->handle({.method = std::move(method), .path = std::move(path), .headers = std::move(headers), .body = std::move(body)}));
    REQUIRE(response);
    return *std::move(response);
  }
  http::Response post(const Json& message, http::Headers headers = {}) {
    headers.add("Content-Type", "application/json");
    if (!headers.contains("Accept")) headers.add("Accept", "application/json, text/event-stream");
    return send("POST", std::move(headers), message.is_string() ? message.get<std::string>() : dump_json(message));
  }
  std::unique_ptr<proxy::McpBackend> backend;
};

Json request(const std::string& method, Json params = Json::object(), Json id = 1) {
  return {{"jsonrpc", "2.0"}, {"id", std::move(id)}, {"method", method}, {"params", std::move(params)}};
}

Json modern(const std::string& method, Json params = Json::object()) {
  params["_meta"] = {{mcp::kMetaProtocolVersion, "2026-07-28"}, {mcp::kMetaClientCapabilities, Json::object()}};
  return request(method, std::move(params));
}

http::Headers modern_headers(const std::string& method, const std::string& name = {}) {
  http::Headers out{{"MCP-Protocol-Version", "2026-07-28"}, {"Mcp-Method", method}};
  if (!name.empty()) out.add("Mcp-Name", name);
  return out;
}

http::Headers and_bearer(http::Headers headers, const std::string& token) {
  headers.add("Authorization", "Bearer " + token);
  return headers;
}

http::Headers session(const http::Response& initialized) {
  return {{"Mcp-Session-Id", std::string(*initialized.headers.get("Mcp-Session-Id"))}, {"MCP-Protocol-Version", "2025-11-25"}};
}

Json initialize(const std::string& version = "2025-11-25") {
  return request("initialize", {{"protocolVersion", version}, {"capabilities", Json::object()}, {"clientInfo", {{"name", "t"}, {"version", "1"}}}});
}

Json whoami(Server& server, const std::string& token) {
  const auto response = server.post(modern("tools/call", {{"name", "whoami"}}), and_bearer(modern_headers("tools/call", "whoami"), token));
  REQUIRE(response.status == 200);
  CHECK(response.body.find(token) == std::string::npos);
  CHECK(response.body.find(token.substr(token.rfind('.') + 1)) == std::string::npos);
  return json_of(response)["result"]["structuredContent"];
}

}  // namespace

TEST_CASE("demo backend: a legacy session from initialize to its end") {
  World world;
  Server server(world);
  const auto opened = server.post(initialize());
  REQUIRE(opened.status == 200);
  CHECK(json_of(opened)["result"]["protocolVersion"] == "2025-11-25");
  CHECK_FALSE(json_of(opened)["result"].contains("resultType"));
  const auto headers = session(opened);
  const auto initialized = server.post({{"jsonrpc", "2.0"}, {"method", "notifications/initialized"}}, headers);
  CHECK(initialized.status == 202);
  CHECK(initialized.body.empty());
  CHECK(json_of(server.post(request("ping"), headers))["result"] == Json::object());
  CHECK(json_of(server.post(request("tools/list"), headers))["result"]["tools"].size() == 2);
  const auto echo = json_of(server.post(request("tools/call", {{"name", "echo"}, {"arguments", {{"text", "hi"}}}}, "id-1"), headers));
  CHECK(echo["id"] == "id-1");
  CHECK(echo["result"]["content"][0]["text"] == "hi");
  CHECK(json_of(server.post(request("no/such"), headers))["error"]["code"] == -32601);
  CHECK(server.send("DELETE", headers).status == 204);
  CHECK(server.send("DELETE", headers).status == 404);
  CHECK(server.post(request("ping"), headers).status == 404);
}

TEST_CASE("demo backend: the agreed legacy version is one it knows") {
  World world;
  Server server(world);
  CHECK(json_of(server.post(initialize("2025-06-18")))["result"]["protocolVersion"] == "2025-06-18");
  CHECK(json_of(server.post(initialize("2026-07-28")))["result"]["protocolVersion"] == "2025-11-25");
  CHECK(json_of(server.post(initialize("1900-01-01")))["result"]["protocolVersion"] == "2025-11-25");
  CHECK(server.post(request("initialize")).status == 400);
  CHECK(server.post({{"jsonrpc", "2.0"}, {"method", "initialize"}, {"params", {{"protocolVersion", "2025-11-25"}}}}).status == 400);
}

TEST_CASE("demo backend: legacy requests need their session") {
  World world;
  Server server(world);
  auto headers = session(server.post(initialize()));
  CHECK(server.post(request("tools/list")).status == 400);
  CHECK(server.post(request("tools/list"), {{"Mcp-Session-Id", "made-up"}}).status == 404);
  auto twice = headers;
  twice.add("Mcp-Session-Id", "x");
  CHECK(server.post(request("tools/list"), twice).status == 400);
  headers.set("MCP-Protocol-Version", "1900-01-01");
  CHECK(server.post(request("tools/list"), headers).status == 400);
  headers.remove("MCP-Protocol-Version");
  CHECK(server.post(request("tools/list"), headers).status == 200);
  world.clock.advance(std::chrono::hours(1));
  CHECK(server.post(request("tools/list"), headers).status == 404);
}

TEST_CASE("demo backend: a session is its opener's") {
  World world;
  Browser browser(world, oidc_spec());
  Server server(world);
  const auto ada = login(browser)["access_token"].get<std::string>();
  const auto headers = session(server.post(initialize(), and_bearer({}, ada)));
  CHECK(server.post(request("ping"), and_bearer(headers, ada)).status == 200);
  CHECK(server.post(request("ping"), headers).status == 404);
  CHECK(server.post(request("ping"), and_bearer(headers, "other")).status == 404);
}

TEST_CASE("demo backend: stateless requests of 2026-07-28") {
  World world;
  Server server(world);
  const auto discovered = json_of(server.post(modern("server/discover"), modern_headers("server/discover")));
  CHECK(discovered["result"]["supportedVersions"][0] == "2026-07-28");
  CHECK(discovered["result"]["resultType"] == "complete");
  CHECK(discovered["result"]["ttlMs"] == 300'000);
  CHECK(discovered["result"]["_meta"]["io.modelcontextprotocol/serverInfo"]["name"] == "vmcpauth-demo-notes");
  const auto list = json_of(server.post(modern("tools/list"), modern_headers("tools/list")));
  CHECK(list["result"]["cacheScope"] == "public");
  const auto called = server.post(modern("tools/call", {{"name", "echo"}, {"arguments", {{"text", "hi"}}}}), modern_headers("tools/call", "echo"));
  CHECK(json_of(called)["result"]["content"][0]["text"] == "hi");
  CHECK_FALSE(called.headers.contains("Mcp-Session-Id"));

  const auto unknown = server.post(modern("ping"), modern_headers("ping"));
  CHECK(unknown.status == 404);
  CHECK(json_of(unknown)["error"]["code"] == -32601);
  const auto mismatch = server.post(modern("tools/call", {{"name", "echo"}}), modern_headers("tools/call", "whoami"));
  CHECK(mismatch.status == 400);
  CHECK(json_of(mismatch)["error"]["code"] == -32020);
  auto old = modern("tools/list");
  old["params"]["_meta"][std::string(mcp::kMetaProtocolVersion)] = "1900-01-01";
  const auto unsupported = server.post(old, {{"MCP-Protocol-Version", "1900-01-01"}, {"Mcp-Method", "tools/list"}});
  CHECK(unsupported.status == 400);
  CHECK(json_of(unsupported)["error"]["data"]["requested"] == "1900-01-01");
  CHECK(server.post({{"jsonrpc", "2.0"}, {"method", "notifications/x"}}, modern_headers("notifications/x")).status == 202);
  CHECK(server.post({{"jsonrpc", "2.0"}, {"id", 1}, {"result", Json::object()}}, modern_headers("x")).status == 400);
}

TEST_CASE("demo backend: bad calls of tools") {
  World world;
  Server server(world);
  const auto headers = session(server.post(initialize()));
  const auto call = [&](Json params) { return json_of(server.post(request("tools/call", std::move(params)), headers)); };
  CHECK(call({{"name", "nope"}})["error"]["code"] == -32602);
  CHECK(call({{"name", 7}})["error"]["code"] == -32602);
  CHECK(call(Json::object())["error"]["code"] == -32602);
  CHECK(call({{"name", "echo"}, {"arguments", "x"}})["error"]["code"] == -32602);
  CHECK(call({{"name", "echo"}})["result"]["isError"] == true);
  CHECK(call({{"name", "echo"}, {"arguments", {{"text", 1}}}})["result"]["isError"] == true);
  CHECK(call({{"name", "echo"}, {"arguments", {{"text", std::string(70'000, 'x')}}}})["result"]["isError"] == true);
}

TEST_CASE("demo backend: hostile bodies get an error and nothing else") {
  World world;
  Server server(world);
  struct Case {
    std::string body;
    int code;
  };
  const std::vector<Case> cases{{"", -32700},
                                {"{", -32700},
                                {"[" + dump_json(request("ping")) + "]", -32600},
                                {std::string(100'000, '['), -32700},
                                {R"({"jsonrpc":"2.0","id":1e400,"method":"ping"})", -32700},
                                {R"({"jsonrpc":"2.0","id":123456789012345678901234567890,"method":"ping"})", -32600},
                                {R"({"jsonrpc":"2.0","id":[1],"method":"ping"})", -32600},
                                {R"({"jsonrpc":"2.0","id":1,"method":["ping"]})", -32600},
                                {R"({"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":1}})", -32600},
                                {"\xff\xfe", -32700},
                                {std::string(2U << 20U, ' '), -32700}};
  for (const auto& c : cases) {
    INFO(c.body.substr(0, 80));
    const auto response = server.post(Json(), {}).status;  // null is no message either
    CHECK(response == 400);
    const auto answer = server.send("POST", {{"Content-Type", "application/json"}, {"Accept", "*/*"}}, c.body);
    CHECK(answer.status == 400);
    CHECK(json_of(answer)["error"]["code"] == c.code);
  }
  CHECK(server.send("POST", {{"Content-Type", "text/plain"}}, dump_json(initialize())).status == 415);
  CHECK(server.send("GET", {{"Accept", "text/event-stream"}}).status == 405);
  CHECK(server.send("GET").headers.get("Allow") == "POST, DELETE");
  CHECK(server.send("GET", {}, {}, "/other").status == 404);
  CHECK(server.send("DELETE").status == 400);
}

TEST_CASE("demo backend: foreign origins and hosts are refused") {
  World world;
  Server server(world);
  for (const auto& [origin, status] : std::vector<std::pair<std::string, int>>{{"http://localhost:6274", 200},
                                                                               {"http://127.0.0.1:1", 200},
                                                                               {"https://evil.example", 403},
                                                                               {"null", 403},
                                                                               {"http://localhost.evil.example", 403},
                                                                               {"http://127.0.0.1/x", 403},
                                                                               {"", 403}}) {
    INFO(origin);
    CHECK(server.post(initialize(), {{"Origin", origin}}).status == status);
  }
  const auto response = run_ready(server.backend->handle({.method = "POST", .path = "/mcp", .headers = {{"Host", "evil.example:9100"}}}));
  CHECK(response->status == 421);
}

TEST_CASE("demo backend: JSON or an event stream, as the client accepts") {
  using proxy::AnswerType;
  struct Case {
    const char* accept;
    std::optional<AnswerType> plain, streaming;
  };
  const Case cases[] = {{"application/json, text/event-stream", AnswerType::Json, AnswerType::EventStream},
                        {"application/json", AnswerType::Json, AnswerType::Json},
                        {"text/event-stream", AnswerType::EventStream, AnswerType::EventStream},
                        {"*/*", AnswerType::Json, AnswerType::Json},
                        {"Application/*;q=0.5, text/event-stream;q=0.9", AnswerType::EventStream, AnswerType::EventStream},
                        {"application/json;q=0.9, text/event-stream;q=0.5", AnswerType::Json, AnswerType::Json},
                        {"application/json;q=0, */*", AnswerType::EventStream, AnswerType::EventStream},
                        {"text/html", std::nullopt, std::nullopt},
                        {"application/json;q=0", std::nullopt, std::nullopt},
                        {"", std::nullopt, std::nullopt}};
  for (const auto& c : cases) {
    INFO(c.accept);
    const http::Request request{.headers = {{"Accept", c.accept}}};
    CHECK((proxy::negotiate_answer(request, false) == c.plain));
    CHECK((proxy::negotiate_answer(request, true) == c.streaming));
  }
  World world;
  Server server(world, {}, true);
  const auto streamed = server.post(initialize());
  CHECK(streamed.headers.get("Content-Type") == "text/event-stream");
  CHECK(streamed.headers.contains("Mcp-Session-Id"));
  REQUIRE(streamed.body.starts_with("event: message\ndata: {"));
  CHECK(streamed.body.ends_with("}\n\n"));
  CHECK(parse_json(streamed.body.substr(21)));
  CHECK(server.post(initialize(), {{"Accept", "image/png"}}).status == 406);
}

TEST_CASE("whoami: says whose token arrived and whether its signature stands") {
  World world;
  Browser browser(world, oidc_spec());
  Server server(world);
  const auto token = login(browser)["access_token"].get<std::string>();
  const auto good = whoami(server, token);
  CHECK(good["signature_verified"] == true);
  CHECK(good["provider"] == "corporate-idp");
  CHECK(good["email"] == "ada@example.com");
  CHECK(good["scopes"] == Json({"openid", "email", "offline_access"}));
  CHECK(good["expires_in"] == 300);
  CHECK(good["claims"]["sub"] == "corporate-idp|ada");

  auto stranger = jose::KeyRing::generate();
  const auto forged = whoami(server, *stranger->sign("at+jwt", claims_of(token)));
  CHECK(forged["signature_verified"] == false);
  CHECK(forged.contains("why_not_verified"));
  const auto unknown = whoami(server, *stranger->sign("JWT", {{"iss", "https://elsewhere.example"}, {"scp", {"a", 1}}, {"exp", 9'223'372'036'854'775'807}}));
  CHECK(unknown["signature_verified"] == false);
  CHECK_FALSE(unknown.contains("provider"));
  CHECK_FALSE(unknown.contains("expires_in"));
  const auto opaque = whoami(server, "gho_opaque-token-value");
  CHECK(opaque["token_received"] == true);
  CHECK(opaque["signature_verified"] == false);
  const auto none = json_of(server.post(modern("tools/call", {{"name", "whoami"}}), modern_headers("tools/call", "whoami")))["result"]["structuredContent"];
  CHECK(none["token_received"] == false);
  world.clock.advance(std::chrono::minutes(10));
  CHECK(whoami(server, token)["expired"] == true);
}

TEST_CASE("demo backend: insists on issuer and audience when it is told to") {
  World world;
  Browser browser(world, oidc_spec());
  Browser other(world, oidc_spec("other", "http://127.0.0.1:9002"));
  Server server(world, proxy::RequiredToken{kIssuer, "api://corporate-idp"});
  const auto status = [&](http::Headers headers) { return server.post(initialize(), std::move(headers)); };
  const auto tokens = login(browser);
  CHECK(status(and_bearer({}, tokens["access_token"].get<std::string>())).status == 200);

  const auto none = status({});
  CHECK(none.status == 401);
  CHECK(none.headers.get("WWW-Authenticate") == "Bearer realm=\"notes\", resource_metadata=\"http://127.0.0.1:9100/.well-known/oauth-protected-resource/mcp\"");
  for (const auto& token : {tokens["id_token"].get<std::string>(), login(other)["access_token"].get<std::string>(), std::string("gho_0123456789")}) {
    const auto refused = status(and_bearer({}, token));
    CHECK(refused.status == 401);
    const std::string challenge(*refused.headers.get("WWW-Authenticate"));
    CHECK(challenge.find("error=\"invalid_token\"") != std::string::npos);
    CHECK(http::is_header_value(challenge));
    CHECK(refused.body.find(token) == std::string::npos);
  }
  auto twice = and_bearer({}, tokens["access_token"].get<std::string>());
  twice.add("Authorization", "Bearer x");
  CHECK(status(twice).status == 401);
  CHECK(status({{"Authorization", "Basic eDp5"}}).status == 401);
  world.clock.advance(std::chrono::minutes(6));
  CHECK(status(and_bearer({}, tokens["access_token"].get<std::string>())).status == 401);

  const auto metadata = json_of(server.send("GET", {}, {}, "/.well-known/oauth-protected-resource/mcp"));
  CHECK(metadata["resource"] == "http://127.0.0.1:9100/mcp");
  CHECK(metadata["authorization_servers"] == Json({kIssuer}));
}
