// One request to a backend and what is made of its answer.
#include "proxy/aggregate/conversation.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/fake_streaming_client.hpp"
#include "tests/support/held_http_client.hpp"

using namespace vmcpauth;
using namespace vmcpauth::test;
using proxy::BackendReply;

namespace {

const mcp::RequestId kId(7);

struct Listener final : proxy::MessageListener {
  std::vector<std::string> methods;
  bool excuses = false;
  void on_message(mcp::Message message) override { methods.push_back(message.method); }
  [[nodiscard]] bool excuses_silence() const override { return excuses; }
};

struct World {
  FakeStreamingClient client;
  Listener listener;

  Result<BackendReply> reply_to(FakeStreamAnswer answer) {
    client.on("http://backend.test/", [&](const http::StreamRequest&) -> Result<FakeStreamAnswer> { return answer; });
    auto reply = run_ready(proxy::converse(client, {.url = *Url::parse("http://backend.test/mcp")}, kId, listener));
    REQUIRE(reply.has_value());
    return *std::move(reply);
  }
};

}  // namespace

TEST_CASE("conversation: takes the response and hands the rest to the listener") {
  World world;
  const auto reply = world.reply_to(
      FakeStreamAnswer::complete(200, "text/event-stream; charset=utf-8",
                                 ": hello\n\nid: 3\ndata:\n\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\"}\n\n"
                                 "data: {\"jsonrpc\":\"2.0\",\"id\":\"x\",\"method\":\"ping\"}\n\n"
                                 "data: {\"jsonrpc\":\"2.0\",\"id\":8,\"result\":{}}\n\n"
                                 "data: {\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"a\":1}}\n\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"late\"}\n\n"));
  REQUIRE(reply.has_value());
  REQUIRE(reply->response);
  CHECK(reply->response->result == Json{{"a", 1}});
  CHECK(world.listener.methods == std::vector<std::string>{"notifications/progress", "ping"});
}

TEST_CASE("conversation: refusals with and without a JSON-RPC error are values") {
  World world;
  auto reply = world.reply_to(FakeStreamAnswer::complete(400, "application/json", R"({"jsonrpc":"2.0","error":{"code":-32022,"message":"no"}})"));
  REQUIRE(reply.has_value());
  CHECK(reply->response->error.at("code") == -32022);
  reply = world.reply_to(FakeStreamAnswer::complete(502, "text/html", "<h1>Bad \x01 gateway</h1>"));
  REQUIRE(reply.has_value());
  CHECK_FALSE(reply->response);
  CHECK(reply->text.find('\x01') == std::string::npos);
  reply = world.reply_to(FakeStreamAnswer::complete(202, "", ""));
  REQUIRE(reply.has_value());
  CHECK(reply->accepted());
}

TEST_CASE("conversation: what is no MCP is an error") {
  const auto [type, body] = GENERATE(table<std::string, std::string>({{"application/json", "{"},
                                                                      {"application/json", "[]"},
                                                                      {"application/json", R"({"hello":1})"},
                                                                      {"text/html", "<h1>"},
                                                                      {"text/event-stream", "data: {\n\n"},
                                                                      {"text/event-stream", "data: \xFF\n\n"}}));
  World world;
  const auto reply = world.reply_to(FakeStreamAnswer::complete(200, type, body));
  REQUIRE_FALSE(reply);
}

TEST_CASE("conversation: a stream that ends early says where to go on") {
  World world;
  const auto reply = world.reply_to(FakeStreamAnswer::complete(200, "text/event-stream", "id: s-4\nretry: 20\ndata:\n\n"));
  REQUIRE(reply.has_value());
  CHECK_FALSE(reply->response);
  CHECK(reply->last_event_id == "s-4");
  CHECK(reply->retry == std::chrono::milliseconds(20));
}

TEST_CASE("conversation: silence is held against the backend unless somebody else is waited for") {
  World world;
  auto feed = std::make_shared<Feed>();
  feed->fail(Error(ErrorCode::Timeout, "silent"));
  auto reply = world.reply_to(FakeStreamAnswer::events(feed));
  REQUIRE_FALSE(reply);
  CHECK(reply.error().code() == ErrorCode::Timeout);
}

TEST_CASE("conversation: ends when it is cancelled") {
  World world;
  auto feed = std::make_shared<Feed>();
  world.client.on("http://backend.test/", [&](const http::StreamRequest&) -> Result<FakeStreamAnswer> { return FakeStreamAnswer::events(feed); });
  http::StreamRequest request{.url = *Url::parse("http://backend.test/mcp")};
  request.cancellation = Cancellation::create();
  const auto cancellation = request.cancellation;
  const auto slot = start_waiting(proxy::converse(world.client, request, kId, world.listener));
  feed->push("data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\"}\n\n");
  CHECK_FALSE(slot->has_value());
  cancellation.cancel();
  REQUIRE(slot->has_value());
  REQUIRE_FALSE((*slot)->has_value());
  CHECK((**slot).error().code() == ErrorCode::Cancelled);
  CHECK(feed->abandoned());
  CHECK(world.listener.methods.size() == 1);
}
