#include "tests/unit/mcp/scripted_server.hpp"

using namespace vmcpauth;
using namespace vmcpauth::test;

namespace {

using Methods = std::vector<std::string>;

Json progress_event(const Json& request, double progress) {
  return {{"jsonrpc", "2.0"}, {"method", "notifications/progress"}, {"params", {{"progressToken", request["id"]}, {"progress", progress}, {"total", 10}}}};
}

Json result_of(const Json& request, const Json& result) { return {{"jsonrpc", "2.0"}, {"id", request["id"]}, {"result", result}}; }

}  // namespace

TEST_CASE("mcp client: a modern server is recognised by server/discover and every request carries its metadata") {
  ScriptedServer server;
  server.be_modern();
  server.on_result("tools/call", {{"resultType", "complete"}, {"content", Json::array()}});
  Connected<> to(server);
  REQUIRE(to.connect());
  CHECK(to.client.server().era == mcp::Era::Modern);
  CHECK(to.client.server().revision == "2026-07-28");
  CHECK(to.client.server().info["name"] == "modern");
  REQUIRE(to.request("tools/call", {{"name", "grüße"}}, {{"Mcp-Param-Region", "eu"}}));
  CHECK(server.methods() == Methods{"server/discover", "tools/call"});
  for (const auto& one : server.seen) {
    CHECK(one.headers.get("MCP-Protocol-Version") == "2026-07-28");
    CHECK(one.headers.get("Accept") == "application/json, text/event-stream");
    const auto& meta = one.body["params"]["_meta"];
    CHECK(meta["io.modelcontextprotocol/protocolVersion"] == "2026-07-28");
    CHECK(meta["io.modelcontextprotocol/clientInfo"] == Json{{"name", "vmcpauth"}, {"version", "9"}});
    CHECK(meta["io.modelcontextprotocol/clientCapabilities"] == Json::object());
    CHECK_FALSE(mcp::check_modern_request(*mcp::parse_message(one.body.dump()), one.headers).has_value());
  }
  CHECK(server.last("tools/call").headers.get("Mcp-Name") == "=?base64?Z3LDvMOfZQ==?=");
  CHECK(server.last("tools/call").headers.get("Mcp-Param-Region") == "eu");
  CHECK_FALSE(server.last("tools/call").headers.contains("Mcp-Session-Id"));
}

TEST_CASE("mcp client: whatever is no modern answer leads to initialize, a session, and its end") {
  struct Case {
    const char* what;
    ScriptedServer::Answer answer;
  };
  const std::vector<Case> cases{
      {"400 without a body", [](const Json&, const http::StreamRequest&) { return FakeStreamAnswer::complete(400, "text/plain", ""); }},
      {"400 with an error of its own", [](const Json& r, const http::StreamRequest&) { return ScriptedServer::refuse(r, 400, -32000); }},
      {"unknown method", [](const Json& r, const http::StreamRequest&) { return ScriptedServer::refuse(r, 200, -32601); }},
      {"404", [](const Json&, const http::StreamRequest&) { return FakeStreamAnswer::complete(404, "text/plain", "no"); }},
      {"500", [](const Json&, const http::StreamRequest&) { return FakeStreamAnswer::complete(500, "text/plain", "oops"); }},
      {"an empty result", [](const Json& r, const http::StreamRequest&) { return ScriptedServer::reply(r, Json::object()); }},
      {"a page", [](const Json&, const http::StreamRequest&) { return FakeStreamAnswer::complete(200, "text/html", "<p>hello"); }},
  };
  for (const auto& c : cases) {
    INFO(c.what);
    ScriptedServer server;
    server.be_legacy();
    server.on("server/discover", c.answer);
    server.on_result("tools/list", {{"tools", Json::array()}});
    Connected<> to(server);
    REQUIRE(to.connect());
    CHECK(to.client.server().era == mcp::Era::Legacy);
    REQUIRE(to.request("tools/list"));
    CHECK(run_ready([](mcp::Client& client) -> Task<bool> {
            co_await client.close();
            co_return true;
          }(to.client)) == true);
    CHECK(server.methods() == Methods{"server/discover", "initialize", "notifications/initialized", "tools/list", "DELETE"});
    CHECK_FALSE(server.last("initialize").headers.contains("MCP-Protocol-Version"));
    for (const auto* method : {"notifications/initialized", "tools/list", "DELETE"}) {
      CHECK(server.last(method).headers.get("Mcp-Session-Id") == "session-1");
      CHECK(server.last(method).headers.get("MCP-Protocol-Version") == "2025-11-25");
      CHECK_FALSE(server.last(method).headers.contains("Mcp-Method"));
    }
  }
}

TEST_CASE("mcp client: no era is guessed from a refusal of the caller, or from silence") {
  struct Case {
    int status;
    ErrorCode code;
  };
  for (const auto& c : {Case{401, ErrorCode::Unauthenticated}, Case{403, ErrorCode::Forbidden}, Case{429, ErrorCode::RateLimited}}) {
    ScriptedServer server;
    server.be_legacy();
    server.on("server/discover", [c](const Json&, const http::StreamRequest&) { return FakeStreamAnswer::complete(c.status, "text/plain", ""); });
    Connected<> to(server);
    const auto connected = to.connect();
    REQUIRE_FALSE(connected);
    CHECK(connected.error().code() == c.code);
    CHECK(server.methods() == Methods{"server/discover"});
  }
}

TEST_CASE("mcp client: an unsupported version leads to the newest both speak") {
  SECTION("modern again") {
    ScriptedServer server;
    server.on("server/discover",
              [](const Json& r, const http::StreamRequest&) { return ScriptedServer::refuse(r, 400, -32022, {{"supported", {"2026-07-28"}}}); });
    Connected<> to(server);
    REQUIRE(to.connect());
    CHECK(to.client.server().era == mcp::Era::Modern);
  }
  SECTION("legacy") {
    ScriptedServer server;
    server.be_legacy("2025-06-18");
    server.on("server/discover", [](const Json& r, const http::StreamRequest&) {
      return ScriptedServer::refuse(r, 400, -32022, {{"supported", {"1999-01-01", "2025-03-26", "2025-06-18"}}});
    });
    Connected<> to(server);
    REQUIRE(to.connect());
    CHECK(to.client.server().revision == "2025-06-18");
    CHECK(server.last("initialize").body["params"]["protocolVersion"] == "2025-06-18");
  }
  SECTION("none") {
    ScriptedServer server;
    server.on("server/discover",
              [](const Json& r, const http::StreamRequest&) { return ScriptedServer::refuse(r, 400, -32022, {{"supported", {"2030-01-01"}}}); });
    Connected<> to(server);
    const auto connected = to.connect();
    REQUIRE_FALSE(connected);
    CHECK(connected.error().code() == ErrorCode::Unsupported);
    CHECK(connected.error().message().find("2030-01-01") != std::string::npos);
  }
  SECTION("a server that chooses a version nobody knows") {
    ScriptedServer server;
    server.be_legacy("2024-11-05");
    Connected<> to(server, "2025-11-25");
    const auto connected = to.connect();
    REQUIRE_FALSE(connected);
    CHECK(connected.error().code() == ErrorCode::Unsupported);
  }
}

TEST_CASE("mcp client: a forced revision that is refused and offered in one answer is tried once more") {
  ScriptedServer server;
  int calls = 0;
  Json supported{"2026-07-28"};
  SECTION("then it is taken") {
    server.on("tools/list", [&](const Json& r, const http::StreamRequest&) {
      return ++calls == 1 ? ScriptedServer::refuse(r, 400, -32022, {{"supported", supported}}) : ScriptedServer::reply(r, Json::object());
    });
    Connected<> to(server, "2026-07-28");
    REQUIRE(to.connect());
    CHECK_FALSE(to.request("tools/list")->error);
    CHECK(calls == 2);
  }
  SECTION("or not, and that is the answer") {
    server.on("tools/list",
              [&](const Json& r, const http::StreamRequest&) { return ++calls, ScriptedServer::refuse(r, 400, -32022, {{"supported", supported}}); });
    Connected<> to(server, "2026-07-28");
    REQUIRE(to.connect());
    CHECK(to.request("tools/list")->error);
    CHECK(calls == 2);
  }
}

TEST_CASE("mcp client: an event stream gives progress and the answer") {
  ScriptedServer server;
  server.be_modern();
  server.on("tools/call", [](const Json& r, const http::StreamRequest&) {
    CHECK(r["params"]["_meta"]["progressToken"] == r["id"]);
    return ScriptedServer::events(": hello\n\n" + ScriptedServer::event(progress_event(r, 3)) + ScriptedServer::event(progress_event(r, 7)) +
                                  ScriptedServer::event({{"jsonrpc", "2.0"}, {"method", "notifications/message"}, {"params", {{"data", "x"}}}}) +
                                  ScriptedServer::event(result_of(r, {{"done", true}})));
  });
  Connected<> to(server);
  REQUIRE(to.connect());
  const auto outcome = to.request("tools/call", {{"name", "slow"}});
  REQUIRE(outcome);
  CHECK(outcome->result["done"] == true);
  REQUIRE(to.observer.progress.size() == 2);
  CHECK(to.observer.progress[1].progress == 7);
  CHECK(to.observer.progress[1].total == 10);
  CHECK(to.observer.notifications == Methods{"notifications/message"});
}

TEST_CASE("mcp client: a legacy stream that breaks off is resumed after the server's retry time") {
  ScriptedServer server;
  server.be_legacy();
  Json asked;
  server.on("tools/call", [&](const Json& r, const http::StreamRequest&) {
    asked = r;
    return ScriptedServer::events("id: e-1\nretry: 500\ndata: \n\n");
  });
  int gets = 0;
  server.on("GET", [&](const Json&, const http::StreamRequest&) {
    return ++gets == 1 ? ScriptedServer::events("id: e-2\ndata:\n\n") : ScriptedServer::events(ScriptedServer::event(result_of(asked, {{"late", true}})));
  });
  Connected<> to(server, "2025-11-25");
  REQUIRE(to.connect());
  const auto outcome = to.request("tools/call", {{"name", "slow"}});
  REQUIRE(outcome);
  CHECK(outcome->result["late"] == true);
  CHECK(gets == 2);
  CHECK(to.timer.waited == Milliseconds(1000));
  CHECK(server.last("GET").headers.get("Last-Event-ID") == "e-2");
  CHECK(server.last("GET").headers.get("Mcp-Session-Id") == "session-1");
  CHECK(server.last("GET").headers.get("Accept") == "text/event-stream");
}

TEST_CASE("mcp client: streams that end without an answer are an error, and nothing is asked for ever") {
  SECTION("modern streams are not resumable") {
    ScriptedServer server;
    server.be_modern();
    server.on("tools/call", [](const Json&, const http::StreamRequest&) { return ScriptedServer::events("id: e-1\ndata: \n\n"); });
    Connected<> to(server);
    REQUIRE(to.connect());
    CHECK(to.request("tools/call", {{"name", "x"}}).error().code() == ErrorCode::BadResponse);
    CHECK(server.methods() == Methods{"server/discover", "tools/call"});
  }
  SECTION("no event id") {
    ScriptedServer server;
    server.be_legacy();
    server.on("tools/call", [](const Json&, const http::StreamRequest&) { return ScriptedServer::events("data: \n\n"); });
    Connected<> to(server, "2025-11-25");
    REQUIRE(to.connect());
    CHECK(to.request("tools/call", {{"name", "x"}}).error().code() == ErrorCode::BadResponse);
  }
  SECTION("again and again") {
    ScriptedServer server;
    server.be_legacy();
    server.on("tools/call", [](const Json&, const http::StreamRequest&) { return ScriptedServer::events("id: e\ndata: \n\n"); });
    server.on("GET", [](const Json&, const http::StreamRequest&) { return ScriptedServer::events("id: e\ndata: \n\n"); });
    Connected<> to(server, "2025-11-25");
    REQUIRE(to.connect());
    CHECK(to.request("tools/call", {{"name", "x"}}).error().code() == ErrorCode::BadResponse);
    CHECK(to.observer.reconnects.size() == 20);
  }
  SECTION("the same event again and again, one that can be read and one that cannot") {
    for (const char* data : {R"({"jsonrpc":"2.0","method":"notifications/message","params":{}})", "{"}) {
      CAPTURE(data);
      ScriptedServer server;
      server.be_legacy();
      const auto event = "id: e\nretry: 0\ndata: " + std::string(data) + "\n\n";
      server.on("tools/call", [](const Json&, const http::StreamRequest&) { return ScriptedServer::events("id: d\ndata: \n\n"); });
      server.on("GET", [&](const Json&, const http::StreamRequest&) { return ScriptedServer::events(event); });
      Connected<> to(server, "2025-11-25");
      REQUIRE(to.connect());
      CHECK(to.request("tools/call", {{"name", "x"}}).error().code() == ErrorCode::BadResponse);
      CHECK(to.observer.reconnects.size() >= 20);
      CHECK(to.observer.reconnects.size() <= 21);
    }
  }
  SECTION("cancelled while it waits") {
    ScriptedServer server;
    server.be_legacy();
    server.on("tools/call", [](const Json&, const http::StreamRequest&) { return ScriptedServer::events("id: e\nretry: 60000\ndata: \n\n"); });
    server.on("notifications/cancelled", [](const Json&, const http::StreamRequest&) { return FakeStreamAnswer::complete(202, "", ""); });
    Connected<> to(server, "2025-11-25");
    REQUIRE(to.connect());
    to.timer.on_pause = [&] { to.cancellation.cancel(); };
    CHECK(to.request("tools/call", {{"name", "x"}}).error().code() == ErrorCode::Cancelled);
    CHECK(to.timer.waited == Milliseconds(250));
    CHECK(server.last("notifications/cancelled").body["params"]["requestId"] == server.last("tools/call").body["id"]);
  }
}

TEST_CASE("mcp client: bad answers are refused") {
  struct Case {
    const char* what;
    FakeStreamAnswer answer;
  };
  const std::vector<Case> cases{
      {"another id", FakeStreamAnswer::complete(200, "application/json", R"({"jsonrpc":"2.0","id":999,"result":{}})")},
      {"no JSON", FakeStreamAnswer::complete(200, "application/json", "hello")},
      {"a batch", FakeStreamAnswer::complete(200, "application/json", R"([{"jsonrpc":"2.0","id":1,"result":{}}])")},
      {"nothing", FakeStreamAnswer::complete(200, "application/json", "")},
      {"an event that is no JSON", ScriptedServer::events("data: {\n\n")},
      {"an event that is not UTF-8", ScriptedServer::events("data: \xff\n\n")},
      {"a redirect", FakeStreamAnswer::complete(307, "text/plain", "")},
      {"too much", FakeStreamAnswer::complete(200, "application/json", std::string(2U << 20U, ' '))},
  };
  for (const auto& c : cases) {
    INFO(c.what);
    ScriptedServer server;
    server.be_modern();
    server.on("ping", [&](const Json&, const http::StreamRequest&) { return c.answer; });
    Connected<> to(server);
    REQUIRE(to.connect());
    CHECK_FALSE(to.request("ping"));
  }
}

TEST_CASE("mcp client: an error of the server is an outcome with its code and data") {
  ScriptedServer server;
  server.be_modern();
  server.on("prompts/get", [](const Json& r, const http::StreamRequest&) { return ScriptedServer::refuse(r, 404, -32601, {{"x", 1}}); });
  Connected<> to(server);
  REQUIRE(to.connect());
  const auto outcome = to.request("prompts/get", {{"name", "p"}});
  REQUIRE(outcome);
  REQUIRE(outcome->error);
  CHECK(outcome->error->code == -32601);
  CHECK(outcome->error->data["x"] == 1);
}

TEST_CASE("mcp client: a lost session is opened again once") {
  ScriptedServer server;
  server.be_legacy();
  int calls = 0;
  SECTION("and the request repeated") {
    server.on("tools/list", [&](const Json& r, const http::StreamRequest&) {
      return ++calls == 1 ? ScriptedServer::refuse(r, 404, -32001) : ScriptedServer::reply(r, {{"tools", Json::array()}});
    });
    Connected<> to(server, "2025-11-25");
    REQUIRE(to.connect());
    REQUIRE(to.request("tools/list"));
    CHECK(calls == 2);
    CHECK_FALSE(server.last("initialize").headers.contains("Mcp-Session-Id"));
  }
  SECTION("not twice") {
    server.on("tools/list", [&](const Json& r, const http::StreamRequest&) { return ++calls, ScriptedServer::refuse(r, 404, -32001); });
    Connected<> to(server, "2025-11-25");
    REQUIRE(to.connect());
    CHECK(to.request("tools/list").error().code() == ErrorCode::Expired);
    CHECK(calls == 2);
  }
}

TEST_CASE("mcp client: a legacy server's questions are answered as the capabilities say") {
  ScriptedServer server;
  server.be_legacy();
  auto own = std::make_shared<Feed>();
  server.on("GET", [&](const Json&, const http::StreamRequest&) { return FakeStreamAnswer::events(own); });
  server.on("response", [](const Json&, const http::StreamRequest&) { return FakeStreamAnswer::complete(202, "", ""); });
  server.on("tools/call", [&](const Json& r, const http::StreamRequest&) {
    // One question on the server's own stream, two on the stream of the call.
    own->push(ScriptedServer::event({{"jsonrpc", "2.0"}, {"id", "q1"}, {"method", "elicitation/create"}, {"params", {{"message", "who?"}}}}));
    return ScriptedServer::events(ScriptedServer::event({{"jsonrpc", "2.0"}, {"id", "q2"}, {"method", "ping"}}) +
                                  ScriptedServer::event({{"jsonrpc", "2.0"}, {"id", "q3"}, {"method", "sampling/createMessage"}, {"params", Json::object()}}) +
                                  ScriptedServer::event(result_of(r, Json::object())));
  });
  Connected<AcceptingUser> to(server, "2025-11-25");
  REQUIRE(to.connect());
  REQUIRE(to.request("tools/call", {{"name", "x"}}));
  std::map<std::string, Json> answers;
  for (const auto& one : server.seen) {
    if (one.body.is_object() && !one.body.contains("method")) answers[one.body["id"]] = one.body;
  }
  CHECK(answers["q1"]["result"]["content"]["name"] == "Ada");
  CHECK(answers["q2"]["result"] == Json::object());
  CHECK(answers["q3"]["error"]["code"] == -32601);
  CHECK(to.answers.asked.size() == 1);
  const auto closed = run_ready([](mcp::Client& client) -> Task<bool> {
    co_await client.close();
    co_return true;
  }(to.client));
  CHECK(closed == true);
  CHECK(own->abandoned());
}

TEST_CASE("mcp client: a modern server's questions come as results; the state goes back unread") {
  ScriptedServer server;
  server.be_modern();
  std::vector<Json> calls;
  const Json question{{"method", "elicitation/create"}, {"params", {{"message", "sure?"}}}};
  SECTION("answered, with the state, under a new id") {
    server.on("tools/call", [&](const Json& r, const http::StreamRequest&) {
      calls.push_back(r);
      if (calls.size() > 1) return ScriptedServer::reply(r, {{"content", Json::array()}});
      return ScriptedServer::reply(r, {{"resultType", "input_required"}, {"inputRequests", {{"confirm", question}}}, {"requestState", "opaque \" blob"}});
    });
    Connected<AcceptingUser> to(server);
    REQUIRE(to.connect());
    REQUIRE(to.request("tools/call", {{"name", "x"}, {"arguments", {{"a", 1}}}}));
    REQUIRE(calls.size() == 2);
    CHECK(calls[0]["id"] != calls[1]["id"]);
    CHECK(calls[1]["params"]["arguments"]["a"] == 1);
    CHECK(calls[1]["params"]["requestState"] == "opaque \" blob");
    CHECK(calls[1]["params"]["inputResponses"]["confirm"]["action"] == "accept");
    REQUIRE(to.request("tools/call", {{"name", "y"}}));
    CHECK_FALSE(calls[2]["params"].contains("requestState"));
    CHECK_FALSE(calls[2]["params"].contains("inputResponses"));
  }
  SECTION("what was not offered is not answered") {
    server.on_result("tools/call", {{"resultType", "input_required"}, {"inputRequests", {{"confirm", question}}}});
    Connected<> to(server);
    REQUIRE(to.connect());
    CHECK(to.request("tools/call", {{"name", "x"}}).error().code() == ErrorCode::Unsupported);
  }
  SECTION("not for ever") {
    server.on_result("tools/call", {{"resultType", "input_required"}, {"requestState", "again"}});
    Connected<AcceptingUser> to(server);
    REQUIRE(to.connect());
    CHECK(to.request("tools/call", {{"name", "x"}}).error().code() == ErrorCode::BadResponse);
  }
}

TEST_CASE("mcp client: lists are read page by page") {
  ScriptedServer server;
  server.be_modern();
  Connected<> to(server);
  REQUIRE(to.connect());
  const auto list = [&] { return *run_ready(to.client.list("tools/list", "tools", Json::object())); };
  SECTION("to the end, without tools that cannot be called") {
    server.on("tools/list", [](const Json& r, const http::StreamRequest&) {
      const bool first = !r["params"].contains("cursor");
      const Json bad{{"name", "bad"}, {"inputSchema", {{"properties", {{"a", {{"type", "string"}, {"x-mcp-header", "not a token"}}}}}}}};
      return ScriptedServer::reply(r, first ? Json{{"tools", {{{"name", "one"}}, bad}}, {"nextCursor", "2"}} : Json{{"tools", {{{"name", "two"}}}}});
    });
    const auto all = list();
    REQUIRE(all);
    CHECK(all->result["tools"] == Json::array({{{"name", "one"}}, {{"name", "two"}}}));
    CHECK_FALSE(all->result.contains("nextCursor"));
    REQUIRE(to.observer.warnings.size() == 1);
    CHECK(to.observer.warnings[0].find("the tool bad is left out") != std::string::npos);
  }
  SECTION("not in circles") {
    server.on_result("tools/list", {{"tools", Json::array()}, {"nextCursor", "same"}});
    CHECK(list().error().code() == ErrorCode::BadResponse);
  }
  SECTION("what is no list is refused") {
    server.on_result("tools/list", {{"tools", "none"}});
    CHECK(list().error().code() == ErrorCode::BadResponse);
  }
}
