#include "core/mcp/json_rpc.hpp"

#include "tests/support/catch.hpp"

using namespace vmcpauth;
using namespace vmcpauth::mcp;

TEST_CASE("json-rpc: the three kinds of message") {
  const auto request = parse_message(R"({"jsonrpc":"2.0","id":7,"method":"tools/list","params":{"cursor":"x"}})");
  REQUIRE(request);
  CHECK(request->kind == MessageKind::Request);
  CHECK(*request->id == RequestId(std::int64_t{7}));
  CHECK(request->method == "tools/list");
  CHECK(request->params["cursor"] == "x");

  const auto notification = parse_message(R"({"jsonrpc":"2.0","method":"notifications/initialized"})");
  REQUIRE(notification);
  CHECK(notification->kind == MessageKind::Notification);
  CHECK(notification->params.is_object());

  const auto response = parse_message(R"({"jsonrpc":"2.0","id":"a","result":{}})");
  REQUIRE(response);
  CHECK(response->kind == MessageKind::Response);
  const auto failure = parse_message(R"({"jsonrpc":"2.0","error":{"code":-32700,"message":"no"}})");
  REQUIRE(failure);
  CHECK(failure->error["code"] == -32700);
}

TEST_CASE("json-rpc: what is no message is refused with the right code") {
  struct Case {
    const char* text;
    RpcCode code;
    bool keeps_id;
  };
  const std::string long_id = R"({"jsonrpc":"2.0","id":")" + std::string(257, 'x') + R"(","method":"m"})";
  const std::string long_method = R"({"jsonrpc":"2.0","id":1,"method":")" + std::string(257, 'x') + R"("})";
  const Case cases[] = {
      {"", RpcCode::ParseError, false},
      {"{", RpcCode::ParseError, false},
      {"{} {}", RpcCode::ParseError, false},
      {"\xff", RpcCode::ParseError, false},
      {R"({"jsonrpc":"2.0","id":1,"id":2,"method":"m"})", RpcCode::ParseError, false},
      {"[]", RpcCode::InvalidRequest, false},
      {R"([{"jsonrpc":"2.0","id":1,"method":"ping"}])", RpcCode::InvalidRequest, false},
      {"1", RpcCode::InvalidRequest, false},
      {"null", RpcCode::InvalidRequest, false},
      {"{}", RpcCode::InvalidRequest, false},
      {R"({"id":1,"method":"m"})", RpcCode::InvalidRequest, true},
      {R"({"jsonrpc":2.0,"id":1,"method":"m"})", RpcCode::InvalidRequest, true},
      {R"({"jsonrpc":"1.0","id":1,"method":"m"})", RpcCode::InvalidRequest, true},
      {R"({"jsonrpc":"2.0","id":null,"method":"m"})", RpcCode::InvalidRequest, false},
      {R"({"jsonrpc":"2.0","id":1.5,"method":"m"})", RpcCode::InvalidRequest, false},
      {R"({"jsonrpc":"2.0","id":1e3,"method":"m"})", RpcCode::InvalidRequest, false},
      {R"({"jsonrpc":"2.0","id":true,"method":"m"})", RpcCode::InvalidRequest, false},
      {R"({"jsonrpc":"2.0","id":{},"method":"m"})", RpcCode::InvalidRequest, false},
      {R"({"jsonrpc":"2.0","id":9007199254740992,"method":"m"})", RpcCode::InvalidRequest, false},
      {R"({"jsonrpc":"2.0","id":-9007199254740992,"method":"m"})", RpcCode::InvalidRequest, false},
      {R"({"jsonrpc":"2.0","id":18446744073709551615,"method":"m"})", RpcCode::InvalidRequest, false},
      {R"({"jsonrpc":"2.0","id":99999999999999999999999999999999,"method":"m"})", RpcCode::InvalidRequest, false},
      {R"({"jsonrpc":"2.0","id":1,"method":7})", RpcCode::InvalidRequest, true},
      {R"({"jsonrpc":"2.0","id":1,"method":""})", RpcCode::InvalidRequest, true},
      {R"({"jsonrpc":"2.0","id":1,"method":"a\nb"})", RpcCode::InvalidRequest, true},
      {R"({"jsonrpc":"2.0","id":1,"method":"m","params":[1]})", RpcCode::InvalidRequest, true},
      {R"({"jsonrpc":"2.0","id":1,"method":"m","params":null})", RpcCode::InvalidRequest, true},
      {R"({"jsonrpc":"2.0","id":1,"method":"m","params":{"_meta":[]}})", RpcCode::InvalidRequest, true},
      {R"({"jsonrpc":"2.0","id":1,"method":"m","result":{}})", RpcCode::InvalidRequest, true},
      {R"({"jsonrpc":"2.0","id":1})", RpcCode::InvalidRequest, false},
      {R"({"jsonrpc":"2.0","id":1,"result":{},"error":{"code":1,"message":"x"}})", RpcCode::InvalidRequest, false},
      {R"({"jsonrpc":"2.0","result":{}})", RpcCode::InvalidRequest, false},
      {R"({"jsonrpc":"2.0","id":1,"result":[]})", RpcCode::InvalidRequest, false},
      {R"({"jsonrpc":"2.0","id":1,"error":{"code":"1","message":"x"}})", RpcCode::InvalidRequest, false},
      {long_id.c_str(), RpcCode::InvalidRequest, false},
      {long_method.c_str(), RpcCode::InvalidRequest, true},
  };
  for (const auto& c : cases) {
    INFO(c.text);
    const auto message = parse_message(c.text);
    REQUIRE_FALSE(message);
    CHECK(message.error().error.code == c.code);
    CHECK(message.error().id.has_value() == c.keeps_id);
  }
}

TEST_CASE("json-rpc: depth and size are bounded") {
  const auto nested = [](std::size_t depth) {
    return R"({"jsonrpc":"2.0","id":1,"method":"m","params":{"a":)" + std::string(depth, '[') + std::string(depth, ']') + "}}";
  };
  CHECK(parse_message(nested(62)));
  const auto deep = parse_message(nested(63));
  REQUIRE_FALSE(deep);
  CHECK(deep.error().error.code == RpcCode::ParseError);
  CHECK_FALSE(parse_message(nested(200'000)));
  CHECK_FALSE(parse_message(R"({"jsonrpc":"2.0","id":1,"method":"m","params":{"a":")" + std::string(1U << 20U, 'x') + "\"}}"));
}

TEST_CASE("json-rpc: ids come back as they came") {
  for (const char* id : {"0", "-1", "9007199254740991", "-9007199254740991", R"("")", R"("1")", R"("\u00e9")"}) {
    const auto message = parse_message(std::string(R"({"jsonrpc":"2.0","method":"m","id":)") + id + "}");
    REQUIRE(message);
    const auto answer = parse_json(result_text(*message->id, Json::object()));
    REQUIRE(answer);
    CHECK((*answer)["id"] == *parse_json(id));
  }
}

TEST_CASE("json-rpc: an error without id leaves the member out") {
  CHECK(error_text(std::nullopt, {.code = RpcCode::ParseError, .message = "no"}) == R"({"error":{"code":-32700,"message":"no"},"jsonrpc":"2.0"})");
  CHECK(error_text(RequestId("x"), {.code = RpcCode::InvalidParams, .message = "no", .data = {{"a", 1}}}) ==
        R"({"error":{"code":-32602,"data":{"a":1},"message":"no"},"id":"x","jsonrpc":"2.0"})");
}
